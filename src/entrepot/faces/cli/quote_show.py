"""Show a quote to people: candidates, prices line by line, and why the rest was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from entrepot.faces.cli.lang import _, tag
from entrepot.faces.cli.output import Column, moment, money, number, pad, show_table, warn
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_
from entrepot.services import records as r

if TYPE_CHECKING:
    from entrepot.services.quote import Answer

Row = Mapping[str, Any]

OUTCOMES: Mapping[str, str] = {
    "allow": N_("allowed"),
    "allow_with_duties": N_("allowed with duties"),
    "instrument": N_("needs an instrument"),
    "approval": N_("needs an approval"),
    "needs_review": N_("needs review by counsel"),
    "needs_info": N_("needs facts"),
    "refuse": N_("refused"),
}


DETAILED_MAX = 3
"""Candidates whose price is printed line by line; --json has them all."""

STALE_RATE = N_(
    "The rate of exchange is {age} days old. For a newer one: entrepot fx import FILE.csv"
)

BASES: Mapping[str, str] = {"peak": N_("peak"), "measured": N_("measured")}


def show_answer(answer: Answer, *, why: bool, stale_days: int = 7) -> None:
    """Print a quote; with ``why``, all that was left out and what would admit more."""
    show_quote(answer.quote)
    age = cast(int, answer.quote.body["fx_age_days"])
    if age >= stale_days:
        warn(_(STALE_RATE).format(age=age))
    if why or not answer.quote.body["candidates"]:
        show_why(answer)


def show_quote(quote: r.Quote) -> None:
    """Print the candidates of a quote."""
    candidates = cast(Sequence[Row], quote.body["candidates"])
    job = cast(Row, quote.body["job"])
    print(_(N_("Quote {id} for {job}")).format(id=quote.id, job=job["name"]))
    if not candidates:
        print(
            _(N_("Nothing fits: {count} offers were looked at.")).format(
                count=quote.body["considered"]
            )
        )
        return
    columns = [
        Column("#", True),
        Column(_(N_("centre"))),
        Column(_(N_("device"))),
        Column(_(N_("to pay")), True),
        Column(_(N_("after vouchers")), True),
        Column(_(N_("round trip")), True),
        Column(_(N_("speed"))),
        Column("CO2", True),
        Column(_(N_("verdict"))),
    ]
    show_table(columns, [_row(row) for row in candidates])
    for row in candidates[:DETAILED_MAX]:
        names = cast(Mapping[str, str], row["names"])
        print(f"{row['rank']}  {names.get(tag(), names['en'])}, {list_price(row)}, {kind_of(row)}")
        for line in price_lines(row):
            print("   " + line)
    print(_(N_("Valid until {when}.")).format(when=moment(quote.valid_until)))
    print(_(N_("Take it: entrepot lease {id} --accept-duties")).format(id=quote.id))


def _row(row: Row) -> list[str]:
    share = number(Fraction(row["milli_devices"], 1000), 2).rstrip("0").rstrip(".")
    return [
        str(row["rank"]),
        row["centre_id"],
        f"{row['device_name']} × {share}",
        money(Amount(row["payable_now_minor"], HKD)),
        money(Amount(row["net_minor"], HKD)),
        latency_text(row),
        rating_text(row),
        carbon_text(row),
        _(OUTCOMES[row["verdict"]["outcome"]]),
    ]


def kind_of(row: Row) -> str:
    """Return kind of lease, how the devices are kept apart, whether they may be taken back."""
    from entrepot.domain.contracts.lease_kind import KIND_WORDS, LeaseKind

    lease = LeaseKind(row.get("kind", {}).get("kind", LeaseKind.MANAGED_JOB))
    kind = str(row["isolation"])
    if lease is not LeaseKind.MANAGED_JOB:
        kind = f"{_(KIND_WORDS[lease])}, {kind}"
    return f"{kind}, {_(N_('may be taken back'))}" if row["interruptible"] else kind


def list_price(row: Row) -> str:
    """Return the list price of one device-hour as the centre states it."""
    terms = row["price"]["terms"]["offer_price"]
    minor = Fraction(terms["minor_per_device_hour"])
    return f"{number(minor / 100, 2)} {terms['asset']}/h"


def latency_text(row: Row) -> str:
    """Return the round trip with a mark for an estimate."""
    micros = row["latency"]["us"]
    if micros is None:
        return "–"
    mark = "~" if row["latency"]["basis"] != "measured" else ""
    return f"{mark}{number(Fraction(micros, 1000), 1)} ms"


def rating_text(row: Row) -> str:
    """Return the speed in P at its precision, measured before peak; "–" if not stated."""
    ratings = cast(Sequence[Row], row["ratings"])
    if not ratings:
        return "–"
    first = ratings[0]
    mflops = first["mflops"]
    if mflops < 10**6:
        value = f"{number(Fraction(mflops, 1000), 1)} GFLOPS"
    else:
        value = f"{number(Fraction(mflops, 10**9), 3)} P"
    return f"{value} {str(first['precision'] or '?').upper()} {_(BASES[first['basis']])}"


def carbon_text(row: Row) -> str:
    """Return grams of CO2 by the grid, and by contract where a green share is stated."""
    by_grid, by_contract = row["carbon"]["by_grid_mg"], row["carbon"]["by_contract_mg"]
    if by_grid is None:
        return "–"
    text = f"{number(Fraction(by_grid, 1000), 2)} g"
    return text if by_contract is None else f"{text} ({number(Fraction(by_contract, 1000), 2)} g)"


def price_lines(row: Row) -> list[str]:
    """Return the price of a candidate line by line, with the rate of exchange and its source."""
    lines: list[str] = []
    for line in cast(Sequence[Row], row["price"]["lines"]):
        params = dict(line["params"])
        text = _(line["text"]).format(**params)
        lines.append(f"{pad(text, 52)} {money(Amount(line['amount']['minor'], HKD)):>14}")
    for voucher in cast(Sequence[Row], row["price"]["vouchers"]):
        amount = Amount(-voucher["amount"]["minor"], HKD)
        names = cast(Mapping[str, str], voucher["names"])
        lines.append(f"{pad(names.get(tag(), names['en']), 52)} {money(amount):>14}")
    fx = row["price"]["terms"]["fx"]
    if fx:
        lines.append(
            _(N_("1 {base} = {rate} {quote}, fixed {day}")).format(
                base=fx["base"],
                quote=fx["quote"],
                rate=number(Fraction(fx["value"]), 6),
                day=fx["fixed_on"],
            )
        )
        lines.append(f"  {fx['source']}")
    return lines


def show_why(answer: Answer) -> None:
    """Print what each filter removed, what would admit most, and each place's verdict."""
    from entrepot.domain.catalogue.filters import LABELS

    columns = [Column(_(N_("left out because")), False), Column(_(N_("offers")), True)]
    show_table(columns, [[_(LABELS[k]), str(n)] for k, n in answer.counts.items()])
    for item in answer.relaxations[:3]:
        print("  → " + item.render(_))
    rows: list[list[str]] = []
    for place in answer.places:
        for verdict in cast(Sequence[Row], place["verdicts"]):
            rows.append(
                [
                    str(place["centre_id"]),
                    str(verdict["device_id"] or "–"),
                    _(OUTCOMES[verdict["outcome"]]),
                    ", ".join(verdict.get("deciding", ()) or verdict["missing"]),
                    "" if place["under_contract"] else _(N_("no contract, so no offer")),
                ]
            )
    titles = (N_("centre"), N_("device"), N_("verdict"), N_("decided by"), N_("note"))
    show_table([Column(_(title)) for title in titles], rows)
    show_questions(answer)


def show_questions(answer: Answer) -> None:
    """Print, once each, the questions whose answers the gate waits for."""
    asked: dict[str, str] = {}
    for place in answer.places:
        for verdict in cast(Sequence[Row], place["verdicts"]):
            for question in cast(Sequence[Row], verdict.get("questions", ())):
                asked[question["fact"]] = question.get(tag(), question["en"])
    if asked:
        print(_(N_("The gate waits for these facts; state them in the job file:")))
    for fact, text in asked.items():
        print(f"  {fact}: {text}")
