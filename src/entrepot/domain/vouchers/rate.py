"""Which rate applies, and the share it gives: ⌊amount · rate / 10000⌋, once an application."""

from __future__ import annotations

from entrepot.domain.vouchers.case import Line, Status
from entrepot.domain.vouchers.eligibility import compared
from entrepot.domain.vouchers.finding import Finding, Sitting, asked
from entrepot.domain.vouchers.model import WHOLE_BP, Rate
from entrepot.kernel.rulebook.condition import missing_of
from entrepot.kernel.text import N_


def share_minor(amount_minor: int, rate_bp: int) -> int:
    """Return the share of an amount, rounded down to the minor unit.

    share = ⌊amount · rate / 10000⌋

    Args:
        amount_minor: base, minor units, ≥ 0.
        rate_bp: basis points.

    >>> share_minor(999, 2000), share_minor(4, 2000)
    (199, 0)
    """
    return amount_minor * rate_bp // WHOLE_BP


def choose_rate(sitting: Sitting) -> tuple[Rate | None, Finding]:
    """Take the first rate whose conditions all hold; an unknown one stops the search."""
    lines: list[Line] = []
    for number, rate in enumerate(sitting.version.rates, start=1):
        truths = [test(sitting.values) for test in rate.tests]
        if False in truths:
            lines.append(_passed(sitting, rate, number))
            continue
        if None in truths:
            undecided = [c for c, truth in zip(rate.when, truths, strict=True) if truth is None]
            missing = missing_of(undecided, sitting.values)
            lines.append(_unknown(sitting, rate, number, missing))
            return None, asked(tuple(lines), *missing)
        return rate, _taken(sitting, rate, number, lines)
    text = N_("No rate is stated for this case.")
    lines.append(sitting.line("rate", "review", text, "rates"))
    return None, Finding(tuple(lines), Status.NEEDS_REVIEW, ("no_rate",))


def _taken(sitting: Sitting, rate: Rate, number: int, before: list[Line]) -> Finding:
    grade = rate.grade or sitting.version.grade_of("rates")
    text = N_("Rate {number} applies: {rate} ({kind}).")
    params: dict[str, object] = {
        "number": number,
        "rate_bp": rate.rate_bp,
        "kind": sitting.version.rate_kind.value,
        "when": [compared(c, sitting.values.get(c.fact)) for c in rate.when],
    }
    line = sitting.graded("rate", "holds", text, grade, params)
    review = () if sitting.decides(grade) else (f"grade_{grade.value}",)
    return Finding((*before, line), review=review)


def _passed(sitting: Sitting, rate: Rate, number: int) -> Line:
    text = N_("Rate {number} ({rate}) does not apply.")
    when = [compared(c, sitting.values.get(c.fact)) for c in rate.when]
    return sitting.line(
        "rate", "fails", text, "rates", number=number, rate_bp=rate.rate_bp, when=when
    )


def _unknown(sitting: Sitting, rate: Rate, number: int, missing: tuple[str, ...]) -> Line:
    text = N_("Whether rate {number} ({rate}) applies depends on {facts}.")
    facts = ", ".join(missing)
    return sitting.line(
        "rate", "missing", text, "rates", number=number, rate_bp=rate.rate_bp, facts=facts
    )
