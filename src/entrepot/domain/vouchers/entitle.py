"""What a programme pays in one case, judged in a fixed order and explained line by line.

Order: amount, version by its date rule, family, stacking, window, currency, eligibility,
rate, share rounded down, caps, fund, discretion. A step that settles the case ends it; a
step that only doubts lets it go on, and the amount found is then advice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from entrepot.domain.vouchers.caps import judge_amount, judge_counters
from entrepot.domain.vouchers.case import Entitlement, EntitlementCase, Line, Status
from entrepot.domain.vouchers.claims import find_programme, judge_family, judge_stacking
from entrepot.domain.vouchers.eligibility import judge_eligibility, judge_window
from entrepot.domain.vouchers.finding import Finding, Sitting, asked, refused
from entrepot.domain.vouchers.model import Programme, RateKind
from entrepot.domain.vouchers.rate import choose_rate
from entrepot.domain.vouchers.version import judge_standing, judge_version
from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.kernel.text import N_

SCOPE = "voucher"
"""Scope of the facts of a case."""


def entitle(
    programmes: Sequence[Programme], dictionary: FactDictionary, case: EntitlementCase
) -> Entitlement:
    """Judge one case.

    amount = min(⌊base · rate / 10000⌋, every stated cap less what was granted, fund left)

    Args:
        programmes: all programmes; stacking looks at the others.
        dictionary: declares the facts.
        case: the application.

    Returns:
        The answer; only status ``pays`` carries an amount.

    Raises:
        NotFound: the programme, or that of another claim, does not exist.
        Invalid: a fact is not declared, or belongs to another scope.
    """
    by_id = {programme.id: programme for programme in programmes}
    programme = find_programme(by_id, case.programme)
    for other in case.other_claims:
        find_programme(by_id, other.programme)
    values = dictionary.check(SCOPE, case.facts).values
    blank = _blank(programme, case)
    amount = judge_given(case)
    if amount.settled:
        return _close(blank, [amount])
    version, chosen = judge_version(programme, case)
    if version is None:
        return _close(blank, [amount, chosen])
    key = version.date_rule.value if version.date_rule else "application_date"
    known = replace(
        blank,
        version=version,
        not_stated=version.not_stated,
        year=case.days[key].year,
        up_to=version.rate_kind is RateKind.CEILING,
    )
    return _judge(known, Sitting(case, programme, version, values), by_id, amount)


def judge_given(case: EntitlementCase) -> Finding:
    """Ask for an amount that is not there, and refuse one of nothing."""
    if case.amount_minor is None:
        text = N_("The amount is not known.")
        return asked((Line("amount", "missing", text),), "amount_minor")
    if case.amount_minor == 0:
        return refused((Line("amount", "fails", N_("The amount is zero.")),), "zero_amount")
    return Finding()


def judge_currency(sitting: Sitting) -> Finding:
    """Ask rather than convert: an amount in another currency is never turned silently."""
    given, wanted = sitting.case.currency, sitting.programme.currency
    if given is None:
        text = N_("The currency of the amount is not known.")
        return asked((Line("currency", "missing", text),), "currency")
    if given == wanted:
        return Finding()
    text = N_(
        "The amount is in {given} and the programme pays in {wanted}; it is not converted "
        "until a rate of exchange and the programme's rule for it are named."
    )
    line = Line("currency", "missing", text, {"given": given, "wanted": wanted})
    return Finding((line,), Status.NEEDS_INFO, ("currency_mismatch",))


def judge_discretion(sitting: Sitting) -> Finding:
    """Leave the amount to the authority where it decides each case."""
    if not sitting.version.discretionary:
        return Finding()
    text = N_("The authority decides each case; until then the amount is advice.")
    line = sitting.line("discretion", "review", text, "discretionary")
    return Finding((line,), review=("discretionary",))


def _judge(
    answer: Entitlement, sitting: Sitting, by_id: Mapping[str, Programme], opening: Finding
) -> Entitlement:
    findings = [opening]
    for step in _steps(sitting, by_id):
        findings.append(step())
        if findings[-1].settled:
            return _close(answer, findings)
    rate, found = choose_rate(sitting)
    findings.append(found)
    if rate is None:
        return _close(answer, findings)
    answer = replace(answer, rate_bp=rate.rate_bp)
    findings.append(judge_counters(sitting))
    if findings[-1].settled:
        return _close(answer, findings)
    amount, bounds, found = judge_amount(sitting, rate)
    findings += [found, judge_discretion(sitting)]
    return _close(replace(answer, bounds=bounds), findings, amount)


def _steps(sitting: Sitting, by_id: Mapping[str, Programme]) -> Iterator[Callable[[], Finding]]:
    yield lambda: judge_standing(sitting)
    yield lambda: judge_family(sitting, by_id)
    for judge in (judge_stacking, judge_window, judge_currency, judge_eligibility):
        yield lambda judge=judge: judge(sitting)


def _blank(programme: Programme, case: EntitlementCase) -> Entitlement:
    return Entitlement(
        name=case.name,
        programme=programme.id,
        as_of=case.as_of,
        family=programme.family,
        currency=programme.currency,
        stacks_with=programme.stacks_with,
        status=Status.NEEDS_INFO,
        year=case.days["application_date"].year,
    )


def _close(answer: Entitlement, findings: list[Finding], amount_minor: int = 0) -> Entitlement:
    """Write the answer: a settled step decides, else any doubt, else it pays."""
    review = tuple(dict.fromkeys(reason for found in findings for reason in found.review))
    settled = next((found for found in findings if found.settled), None)
    status = (settled.settled if settled else None) or (
        Status.NEEDS_REVIEW if review else Status.PAYS
    )
    reasons = settled.reasons if settled else ()
    if status is Status.NEEDS_REVIEW:
        reasons = tuple(dict.fromkeys((*review, *reasons)))
    return replace(
        answer,
        status=status,
        amount_minor=amount_minor if status is Status.PAYS else 0,
        advice_minor=amount_minor if status is Status.NEEDS_REVIEW else 0,
        reasons=reasons,
        missing=settled.missing if settled else (),
        flags=tuple(dict.fromkeys(flag for found in findings for flag in found.flags)),
        lines=tuple(line for found in findings for line in found.lines),
    )
