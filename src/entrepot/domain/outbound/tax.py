"""Hong Kong profits tax of one scenario, figure by figure, each with the rules behind it.

With p the profits before the deduction of research and development, and B and A its spending:

    d = ⌊(b₁ · min(B, L_B) + b₂ · max(0, B − L_B)) / 10000⌋ + ⌊a · A / 10000⌋
    t = max(0, p − d)
    tax = ⌊Σ rate · band / 10000⌋            rounded down once, to the cent
    payable = tax − min(tax, reduction of the year)

A rule or parameter without force is left out of the tax and shown as advice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from entrepot.domain.outbound.model import Effect, TaxBook, TaxRule
from entrepot.domain.outbound.scenario import Advice, Assessment, Scenario, Step, TaxStatus
from entrepot.domain.outbound.tax_bands import Split, bands, tax_of
from entrepot.domain.outbound.tax_rules import Chosen, Sheet, choose, signs, sources_of
from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.kernel.text import N_

SCOPE = "tax"
YEAR = "year_of_assessment"
PROFITS = "assessable_profits"
REDUCTION = "hk.one_off_reduction.cap"

PARTS = ("qualifying_treasury_profits", "qualifying_ip_profits")
"""Facts that are a part of the profits, and so never above them."""


@dataclass(frozen=True, slots=True)
class Deduction:
    """What research and development takes off the profits.

    Attributes:
        minor: counted, minor units.
        advised: only advised, minor units.
        steps: a figure a rule.
        reasons: why a part is not counted.
    """

    minor: int
    advised: int
    steps: tuple[Step, ...]
    reasons: tuple[str, ...]


def assess(book: TaxBook, dictionary: FactDictionary, scenario: Scenario) -> Assessment:
    """Tax one scenario.

    Args:
        book: the tax file.
        dictionary: declares the facts.
        scenario: what is stated; money in minor units.

    Returns:
        The answer. With missing or contradictory facts it carries questions and no tax.

    Raises:
        Invalid: a fact is not declared, or belongs to another scope.
    """
    checked = dictionary.check(SCOPE, scenario.facts)
    values = checked.values
    year = values.get(YEAR)
    blank = Assessment(
        name=scenario.name,
        year=year if isinstance(year, str) else None,
        currency=book.currency,
        status=TaxStatus.NEEDS_INFO,
        unusable=checked.unusable,
        facts=values,
        book=book.hash,
    )
    if not isinstance(year, str):
        return _asking(blank, {YEAR}, ())
    sheet = Sheet(book, year, values, scenario.known)
    return _judge(blank, sheet, choose(sheet, dictionary))


def _judge(blank: Assessment, sheet: Sheet, chosen: Mapping[str, Chosen]) -> Assessment:
    profits = sheet.money(PROFITS)
    for subject in chosen.values():
        sheet.missing.update(subject.missing)
    by_effect = {c.rule.effect: c.rule for c in chosen.values() if c.rule is not None}
    rate = chosen.get("rate", Chosen(None)).rule
    if rate is not None:
        sheet.flag("incorporated")
    if rate is not None and rate.effect is Effect.HALF_RATE:
        sheet.money("qualifying_treasury_profits")
    conflicts = _conflicts(sheet.values, profits)
    if sheet.missing or conflicts:
        return _asking(blank, sheet.missing, conflicts)
    deduction = _deduct(sheet, by_effect)
    return _close(blank, sheet, by_effect, rate, profits, deduction)


def _asking(
    blank: Assessment, missing: set[str], conflicts: tuple[tuple[str, ...], ...]
) -> Assessment:
    asked = missing | {fact for pair in conflicts for fact in pair}
    return replace(blank, missing=tuple(sorted(asked)), conflicts=conflicts)


def _conflicts(values: Mapping[str, object], profits: int) -> tuple[tuple[str, ...], ...]:
    """A part of the profits that lies above them contradicts them."""
    if PROFITS not in values:
        return ()
    found = [(name, values.get(name)) for name in PARTS]
    return tuple((PROFITS, n) for n, value in found if isinstance(value, int) and value > profits)


def _deduct(sheet: Sheet, by_effect: Mapping[Effect, TaxRule]) -> Deduction:
    counted, advised = 0, 0
    steps: list[Step] = []
    reasons: list[str] = []
    for effect in (Effect.RD_TYPE_B, Effect.RD_TYPE_A):
        rule = by_effect.get(effect)
        if rule is None:
            continue
        step, names = _type_b(sheet, rule) if effect is Effect.RD_TYPE_B else _type_a(sheet, rule)
        why = _doubts(sheet, rule, names)
        reasons += why
        if why:
            advised += step.minor
        else:
            counted += step.minor
            steps.append(step)
    return Deduction(counted, advised, tuple(steps), tuple(reasons))


def _type_b(sheet: Sheet, rule: TaxRule) -> tuple[Step, tuple[str, ...]]:
    names = ("hk.rd.type_b.tier1", "hk.rd.type_b.tier1_limit", "hk.rd.type_b.tier2")
    first, limit, second = (sheet.parameter(name) or 0 for name in names)
    spent = sheet.money("rd_spend_type_b")
    minor = tax_of(bands(spent, [(limit, first), (None, second)]))
    title = N_("deduction, type B: {first_bp} of the first {limit_minor}, {second_bp} above")
    rates = {"first_bp": first, "limit_minor": limit, "second_bp": second}
    return Step("deduction_b", minor, title, rates, (rule.id, *signs(names))), names


def _type_a(sheet: Sheet, rule: TaxRule) -> tuple[Step, tuple[str, ...]]:
    names = ("hk.rd.type_a",)
    share = sheet.parameter(names[0]) or 0
    minor = sheet.money("rd_spend_type_a") * share // 10_000
    title = N_("deduction, type A: {share_bp}")
    return Step("deduction_a", minor, title, {"share_bp": share}, (rule.id, *signs(names))), names


def _doubts(sheet: Sheet, rule: TaxRule, names: tuple[str, ...]) -> list[str]:
    """Say why a rule with its parameters does not count by itself; empty = it does."""
    sheet.cite(rule)
    book = sheet.book
    items = [rule, *(book.parameters[name] for name in names if name in book.parameters)]
    found = [
        f"status_unknown: {item.id}"
        if item.grade in book.force
        else f"grade_{item.grade.value}: {item.id}"
        for item in items
        if not book.decides(item)
    ]
    return found + [f"not_stated: {name}" for name in names if name in sheet.not_stated]


def _close(
    blank: Assessment,
    sheet: Sheet,
    by_effect: Mapping[Effect, TaxRule],
    rate: TaxRule | None,
    profits: int,
    deduction: Deduction,
) -> Assessment:
    taxable = max(0, profits - deduction.minor)
    opening = (Step("profits", profits, N_("profits before research and development")),)
    cites = tuple(dict.fromkeys(c for step in deduction.steps for c in step.cites))
    steps = (*opening, *deduction.steps, Step("taxable", taxable, N_("taxable"), {}, cites))
    reasons = [*deduction.reasons]
    if rate is None:
        reasons.append("no_rule: rate")
        return _sum(replace(blank, steps=steps), sheet, reasons, ())
    split = Split(sheet, rate)
    doubts = _doubts(sheet, rate, split.names)
    answer = replace(blank, steps=(*steps, *split.steps(taxable, deduction.minor)))
    tax = split.tax(taxable, deduction.minor)
    advice = [*_advise(sheet, by_effect, split, taxable, deduction)]
    if split.order_matters(taxable, deduction.minor):
        reasons.append("not_stated: order of deduction")
        advice.append(_advice(sheet, rate, split.tax(taxable, 0), split.names))
    if doubts:
        return _sum(answer, sheet, [*reasons, *doubts], [_advice(sheet, rate, tax, split.names)])
    for rule in (by_effect.get(Effect.PATENT_BOX), by_effect.get(Effect.MINIMUM_TAX)):
        if rule is not None:
            for name in _names(rule):
                sheet.parameter(name)  # shown beside the advice, though no tax is worked out of it
            reasons += _doubts(sheet, rule, _names(rule))
    return _reduce(_sum(answer, sheet, reasons, advice), sheet, tax)


def _sum(
    answer: Assessment, sheet: Sheet, reasons: list[str], advice: list[Advice] | tuple[()]
) -> Assessment:
    return replace(
        answer,
        status=TaxStatus.NEEDS_REVIEW if reasons else TaxStatus.COUNTED,
        reasons=tuple(dict.fromkeys(reasons)),
        advice=tuple(advice),
        not_stated=tuple(sheet.not_stated),
        cited=dict(sheet.cited),
    )


def _reduce(answer: Assessment, sheet: Sheet, tax: int) -> Assessment:
    """Take off the reduction of the year, where one is stated and counts."""
    cap = sheet.parameter(REDUCTION) if REDUCTION in sheet.book.parameters else None
    if cap is not None and not sheet.decides(REDUCTION):
        cap = None
    cut = min(tax, cap or 0)
    rates = {"cap_minor": cap or 0}
    title = N_("one-off reduction, at most {cap_minor}")
    steps = [*answer.steps]
    if cap is not None:
        steps.append(Step("reduction", -cut, title, rates, (f"${REDUCTION}",)))
    behind = tuple(dict.fromkeys(cite for step in steps for cite in step.cites))
    steps.append(Step("payable", tax - cut, N_("payable"), {}, behind))
    return replace(
        answer,
        steps=tuple(steps),
        tax_minor=tax,
        reduction_minor=cut,
        payable_minor=tax - cut,
        not_stated=tuple(sheet.not_stated),
        cited=dict(sheet.cited),
    )


def _advise(
    sheet: Sheet,
    by_effect: Mapping[Effect, TaxRule],
    split: Split,
    taxable: int,
    deduction: Deduction,
) -> list[Advice]:
    """Return what the rules without force would make of the tax."""
    found: list[Advice] = []
    box = by_effect.get(Effect.PATENT_BOX)
    if box is not None:
        share = sheet.parameter(_names(box)[0])
        inside = min(sheet.money("qualifying_ip_profits"), taxable)
        rest = split.tax(taxable - inside, deduction.minor)
        tax = None if share is None else rest + inside * share // 10_000
        found.append(_advice(sheet, box, tax, _names(box)))
    for effect in (Effect.RD_TYPE_B, Effect.RD_TYPE_A):
        rule = by_effect.get(effect)
        if rule is not None and deduction.advised and not sheet.book.decides(rule):
            less = max(0, taxable - deduction.advised)
            tax = split.tax(less, deduction.minor + deduction.advised)
            found.append(_advice(sheet, rule, tax, ()))
    least = by_effect.get(Effect.MINIMUM_TAX)
    if least is not None:
        for name in _names(least):
            sheet.parameter(name)
        found.append(_advice(sheet, least, None, _names(least)))
    return found


def _names(rule: TaxRule) -> tuple[str, ...]:
    """Return the parameters that a rule of advice reads."""
    if rule.effect is Effect.PATENT_BOX:
        return ("hk.patent_box.rate",)
    if rule.effect is Effect.MINIMUM_TAX:
        return ("hk.minimum_tax.rate", "hk.minimum_tax.group_revenue")
    return ()


def _advice(sheet: Sheet, rule: TaxRule, tax: int | None, names: tuple[str, ...]) -> Advice:
    return Advice(
        rule=rule.id,
        tax_minor=tax,
        grade=rule.grade.value,
        standing=rule.standing.value,
        text=rule.text,
        sources=sources_of(sheet.book, rule),
        cites=(rule.id, *signs(names)),
    )
