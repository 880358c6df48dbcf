"""What ``entrepot sandbox`` prints for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from entrepot.domain.outbound.scenario import Advice, Assessment, Cited, Comparison
from entrepot.faces.cli.gate_words import plain_text, question_lines, tag
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, clean, money, number, percent, show_table
from entrepot.faces.cli.vouchers_show import STATUSES as VOUCHER_STATUSES
from entrepot.kernel.money import Amount, asset_of
from entrepot.kernel.text import N_
from entrepot.services.app import App
from entrepot.services.tax_sandbox import TaxTable
from entrepot.services.voucher_sandbox import Fund

STATUSES: Mapping[str, str] = {
    "counted": N_("counted"),
    "needs_info": N_("needs facts"),
    "needs_review": N_("needs review"),
}
STEPS: Mapping[str, str] = {
    "profits": N_("profits before research and development"),
    "deduction_b": N_("deduction, type B"),
    "deduction_a": N_("deduction, type A"),
    "taxable": N_("taxable"),
    "band_1": N_("first band"),
    "band_2": N_("second band"),
    "tax": N_("tax"),
    "reduction": N_("one-off reduction"),
    "payable": N_("payable"),
}


def show_fund(app: App, found: Fund) -> None:
    """Print what a proposal would pay, case by case if they were stated, and in all."""
    programme, version = found.programme, found.programme.versions[0]
    print(clean(f"{programme.id} · {programme.name.get(tag(), programme.id)}"))
    words = {"grade": version.grade.value, "day": version.validity.from_day.isoformat()}
    print("  " + _(N_("proposed, grade {grade}; assumed from {day}")).format(**words))
    for text in (version.note, *version.sources):
        print("  " + clean(text or ""))
    if found.synthetic:
        print(_(N_("The cases are synthetic: generated, and no record of anybody.")))
        for item in found.assumptions:
            print("  " + clean(f"{item['id']} [{item['grade']}] {item['text']}"))
    else:
        _show_cases(app, found)
    _show_sums(found)


def _show_cases(app: App, found: Fund) -> None:
    titles = (N_("case"), N_("answer"), N_("would pay"), N_("reasons"), N_("facts missing"))
    rows = [
        [
            answer.name,
            _(VOUCHER_STATUSES[answer.status.value]),
            money(Amount(answer.advice_minor, asset_of(answer.currency))),
            ", ".join((*answer.reasons, *answer.bounds, *answer.flags)),
            ", ".join(answer.missing),
        ]
        for answer in found.answers
    ]
    show_table([Column(_(t), n == 2) for n, t in enumerate(titles)], rows)
    missing = sorted({name for answer in found.answers for name in answer.missing})
    for line in question_lines(app.rulebook.dictionary.questions(missing), missing):
        print("? " + line)


def _show_sums(found: Fund) -> None:
    asset = asset_of(found.programme.currency)
    rows = [
        [_(N_("cases")), number(len(found.answers))],
        *([_(VOUCHER_STATUSES[k]), number(n)] for k, n in found.counts.items() if n),
        [_(N_("would be paid without a fund")), money(Amount(found.wanted_minor, asset))],
    ]
    if found.fund_minor is not None:
        rows += [
            [_(N_("fund")), money(Amount(found.fund_minor, asset))],
            [_(N_("cost to the fund")), money(Amount(found.cost_minor, asset))],
            [_(N_("left in the fund")), money(Amount(found.left_minor or 0, asset))],
            [_(N_("cases that the fund could not pay whole")), number(found.short)],
        ]
    show_table([Column(""), Column("", True)], rows)
    print(_(N_("A proposal pays nothing: every amount here is advice.")))


def show_tax(app: App, table: TaxTable) -> None:
    """Print scenarios side by side, then what stands behind each and behind each difference."""
    rows = [[_(N_("answer")), *(_(STATUSES[a.status.value]) for a in table.answers)]]
    for name, title in STEPS.items():
        cells = [_figure(answer, name) for answer in table.answers]
        if any(cell != "–" for cell in cells):
            rows.append([_(title), *cells])
    columns = [Column("")] + [Column(clean(answer.name), True) for answer in table.answers]
    show_table(columns, rows)
    for answer in table.answers:
        _show_answer(app, answer)
    cited = {answer.name: answer.cited for answer in table.answers}
    for item in table.comparisons:
        _show_comparison(item, cited, app.tax.currency)
    _show_sources(table)
    print(_(N_("Facts in the house's own words; no advice on tax.")))


def _figure(answer: Assessment, name: str) -> str:
    step = next((step for step in answer.steps if step.name == name), None)
    return "–" if step is None else money(Amount(step.minor, asset_of(answer.currency)))


def _show_answer(app: App, answer: Assessment) -> None:
    print(clean(f"{answer.name} · {answer.year or '?'} · {_(STATUSES[answer.status.value])}"))
    for item in answer.cited.values():
        print("  " + clean(_cited_line(item, answer.currency)))
    for advice in answer.advice:
        print("  ! " + clean(_advice_line(advice, answer.currency)))
    for reason in answer.reasons:
        print("  ! " + clean(reason))
    for name in answer.not_stated:
        print("  " + _(N_("not stated: {names}")).format(names=name))
    for name, why in answer.unusable.items():
        text = _(N_("the value of {fact} does not count: {why}"))
        print("  ! " + text.format(fact=name, why=why))
    for pair in answer.conflicts:
        print("  ! " + _(N_("these contradict each other: {facts}")).format(facts=", ".join(pair)))
    questions = app.rulebook.dictionary.questions(answer.missing)
    for line in question_lines(questions, answer.missing):
        print("  ? " + line)


def _cited_line(item: Cited, currency: str) -> str:
    head = f"{item.id} [{item.grade}]"
    if item.value is not None:
        head += f" {_value(item, currency)}"
    return " · ".join([part for part in (head, item.text) if part])


def _value(item: Cited, currency: str) -> str:
    value = item.value or 0
    if item.id.endswith(("limit", "cap")):
        return money(Amount(value, asset_of(currency)))
    if item.id.endswith("revenue"):
        return f"EUR {number(value // 100)}"
    return percent(value)


def _advice_line(advice: Advice, currency: str) -> str:
    head = f"{advice.rule} [{advice.grade}] {advice.text}"
    if advice.tax_minor is None:
        return _(N_("{rule} – only a warning, not counted")).format(rule=head)
    amount = money(Amount(advice.tax_minor, asset_of(currency)))
    return _(N_("{rule} – tax would be {amount}; advice, not counted")).format(
        rule=head, amount=amount
    )


def _show_comparison(
    item: Comparison, cited: Mapping[str, Mapping[str, Cited]], currency: str
) -> None:
    asset = asset_of(currency)
    names = {"second": item.second, "first": item.first}
    if item.payable_minor is None:
        print(clean(_(N_("{second} beside {first}: not known yet")).format(**names)))
    else:
        text = _(N_("{second} beside {first}: {amount} to pay"))
        print(clean(text.format(**names, amount=_signed(item.payable_minor, currency))))
    for fact, (one, other) in item.facts.items():
        print(clean(f"  {fact}: {plain_text(one)} → {plain_text(other)}"))
    for one in item.differences:
        amounts = [
            "–" if minor is None else money(Amount(minor, asset))
            for minor in (one.first_minor, one.second_minor)
        ]
        print(f"  {_(STEPS[one.step])}: {amounts[0]} → {amounts[1]}")
        for mark, ids, scenario in (
            ("−", one.first_cites, item.first),
            ("+", one.second_cites, item.second),
        ):
            line = _behind(ids, cited[scenario])
            if line:
                print(clean(f"    {mark} {line}"))


def _behind(ids: Sequence[str], cited: Mapping[str, Cited]) -> str:
    """Return the rules behind a figure with their grades."""
    found = [cited[name] for name in ids if name in cited]
    return ", ".join(f"{item.id} [{item.grade}]" for item in found)


def _show_sources(table: TaxTable) -> None:
    """Print each source once, with all that rests on it."""
    rests: dict[str, dict[str, None]] = {}
    for answer in table.answers:
        for item in answer.cited.values():
            for source in item.sources:
                rests.setdefault(source, {})[item.id] = None
    print(_(N_("sources")))
    for source, names in rests.items():
        print(clean(f"  {source}: {', '.join(names)}"))


def _signed(minor: int, currency: str) -> str:
    sign = "+" if minor > 0 else "−" if minor < 0 else "±"
    return f"{sign}{money(Amount(abs(minor), asset_of(currency)))}"
