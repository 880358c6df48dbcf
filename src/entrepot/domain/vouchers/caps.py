"""What limits a voucher: caps of the application, the firm and the fund.

amount = min(share, cap of the rate, cap per application, caps of the firm less what was
granted, what is left of the fund, the invoice less other vouchers)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from entrepot.domain.vouchers.case import Line, Status
from entrepot.domain.vouchers.finding import Finding, Sitting, asked, refused
from entrepot.domain.vouchers.model import Ceiling, Rate
from entrepot.domain.vouchers.rate import share_minor
from entrepot.kernel.text import N_

INVOICE = "invoice"
"""Name of the bound that all vouchers of one invoice line share."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A stated bound on one amount.

    Attributes:
        name: key of the rule file, or ``invoice``.
        left_minor: the most that may still be paid under it, minor units; not below 0.
    """

    name: str
    left_minor: int


def bounds_of(sitting: Sitting, rate: Rate) -> tuple[Bound, ...]:
    """Return every stated bound but the fund, with what is left under it.

    The caller has asked for ``used_this_year_minor`` and ``soft_cap_waived`` by
    :func:`judge_counters` where they matter.
    """
    case, ceilings = sitting.case, sitting.version.ceilings
    used = {
        Ceiling.APPLICATION: 0,
        Ceiling.FIRM_YEAR: case.used_this_year_minor or 0,
        Ceiling.SOFT_FIRM_YEAR: case.used_this_year_minor or 0,
        Ceiling.FIRM_LIFETIME: case.ledger.lifetime_minor,
        Ceiling.IN_FORCE: case.ledger.in_force_minor,
    }
    found = [
        Bound(name.value, max(0, limit - used[name]))
        for name in used
        if (limit := ceilings.get(name)) is not None and not _waived(sitting, name)
    ]
    if rate.cap_minor is not None:
        found.insert(0, Bound("cap", rate.cap_minor))
    if case.other_claims:
        others = sum(other.amount_minor or 0 for other in case.other_claims)
        found.append(Bound(INVOICE, max(0, (case.amount_minor or 0) - others)))
    return tuple(found)


def _waived(sitting: Sitting, name: Ceiling) -> bool:
    return name is Ceiling.SOFT_FIRM_YEAR and sitting.values.get("soft_cap_waived") is True


def fund_bound(sitting: Sitting) -> Bound | None:
    """Return what is left of the fund; the stated fund where no record was given."""
    stated, given = sitting.version.fund, sitting.case.fund_left_minor
    if stated is None:
        return None if given is None else Bound("fund_left", given)
    name, limit = stated
    return Bound(name.value, limit if given is None else min(limit, given))


def judge_counters(sitting: Sitting) -> Finding:
    """Ask for the counts that the caps need, and refuse where years or projects are full."""
    version, missing = sitting.version, list[str]()
    yearly = (Ceiling.FIRM_YEAR, Ceiling.SOFT_FIRM_YEAR)
    capped = any(version.ceilings.get(name) is not None for name in yearly)
    if capped and sitting.case.used_this_year_minor is None:
        missing.append("used_this_year_minor")
    soft = version.ceilings.get(Ceiling.SOFT_FIRM_YEAR) is not None
    if soft and "soft_cap_waived" not in sitting.values:
        missing.append("soft_cap_waived")
    full: list[str] = []
    lines: list[Line] = []
    for key, limit, fact in _counts(sitting):
        done = sitting.values.get(fact)
        if not isinstance(done, int):
            missing.append(fact)
        elif done >= limit:
            full.append(f"exhausted: {key}")
            text = N_("{done} of at most {limit} are done ({key}).")
            lines.append(sitting.line("cap", "fails", text, key, done=done, limit=limit, key=key))
    if full:
        return refused(tuple(lines), *full)
    if not missing:
        return Finding()
    text = N_("The caps need a count that is not known: {facts}.")
    line = sitting.line("cap", "missing", text, facts=", ".join(missing))
    return asked((line,), *missing)


def _counts(sitting: Sitting) -> list[tuple[str, int, str]]:
    version = sitting.version
    counts = (
        ("years_max", version.years_max, "years_already_paid"),
        ("projects_max", version.projects_max, "projects_done"),
    )
    return [(key, limit, fact) for key, limit, fact in counts if limit is not None]


def judge_amount(sitting: Sitting, rate: Rate) -> tuple[int, tuple[str, ...], Finding]:
    """Apply rate, caps and fund.

    Returns:
        The amount in minor units, the names of the bounds that made it, and the finding.
    """
    share = share_minor(sitting.case.amount_minor or 0, rate.rate_bp)
    text = N_("{rate} of {amount}, rounded down, is {share}.")
    opening = sitting.line(
        "amount",
        "holds" if share else "fails",
        text,
        amount_minor=sitting.case.amount_minor,
        rate_bp=rate.rate_bp,
        share_minor=share,
    )
    if share == 0:
        return 0, (), refused((opening,), "rounds_to_zero")
    fund = fund_bound(sitting)
    caps = bounds_of(sitting, rate)
    bounds = caps if fund is None else (*caps, fund)
    lines = (opening, *(_line(sitting, bound, share) for bound in bounds))
    spent = [bound.name for bound in bounds if bound.left_minor == 0]
    if spent:
        flags = _lifted(sitting, spent)
        reasons = tuple(f"exhausted: {name}" for name in spent)
        return 0, (), Finding(lines, Status.REFUSED, reasons, flags=flags)
    claim = min([share, *(bound.left_minor for bound in caps)])
    amount = claim if fund is None else min(claim, fund.left_minor)
    biting = tuple(b.name for b in bounds if b.left_minor == amount and amount < share)
    review = ("fund_short",) if amount < claim else ()
    flags = _lifted(sitting, biting) + _unsure(caps)
    return amount, biting, Finding(lines, review=review, flags=flags)


def _line(sitting: Sitting, bound: Bound, share: int) -> Line:
    if bound.left_minor == 0:
        outcome, text = "fails", N_("{key} is used up.")
    elif bound.left_minor < share:
        outcome, text = "bounds", N_("{key} leaves {left}, which is below {share}.")
    else:
        outcome, text = "holds", N_("{key} leaves {left}, which is enough for {share}.")
    return sitting.line(
        "cap",
        outcome,
        text,
        bound.name,
        key=bound.name,
        left_minor=bound.left_minor,
        share_minor=share,
    )


def _lifted(sitting: Sitting, biting: Iterable[str]) -> tuple[str, ...]:
    bites = Ceiling.FIRM_YEAR.value in biting
    return ("cap_may_be_lifted",) if sitting.version.cap_may_be_lifted and bites else ()


def _unsure(caps: tuple[Bound, ...]) -> tuple[str, ...]:
    """Flag an amount that no stated ceiling but the fund limits."""
    stated = any(bound.name != INVOICE for bound in caps)
    return () if stated else ("confirm_before_reservation",)
