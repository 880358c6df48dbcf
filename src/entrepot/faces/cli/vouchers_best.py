"""``entrepot vouchers best``: the lawful combination that leaves least to pay for a job."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.gate_words import question_lines
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, clean, emit, money, show_table
from entrepot.faces.cli.vouchers_words import amount_text, not_stated
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.voucher_best import BestVouchers, LeftOut

WHY = {
    "refused": N_("refused: {reasons}"),
    "needs_facts": N_("needs facts: {missing}"),
    "advice_only": N_("a review would confirm {amount}: {reasons}"),
    "other_purchase": N_("would pay {amount}, but on {base} and not on compute"),
    "to_confirm": N_("its {amount} must be confirmed by the authority first"),
    "same_family": N_("of one family with {beside}, and pays no more"),
    "no_stacking": N_("does not stack with {beside}"),
    "nothing_left": N_("nothing is left to pay"),
}
CURRENCY = "currency_mismatch"
PAYOUTS = {
    "deducted_at_purchase": N_("deducted at purchase"),
    "claim_then_redeem": N_("paid after a claim"),
}


@cli_command(
    "best",
    help=N_(
        "Say which lawful combination of vouchers leaves least to pay for a job, at its cheapest "
        "place, and why every other programme takes no part. All lawful combinations are "
        "compared; nothing is kept."
    ),
    examples=(
        "entrepot vouchers best examples/stars.yaml",
        "entrepot vouchers best examples/stars.yaml --all",
        "entrepot vouchers best examples/stars.yaml --json",
    ),
)
@click.argument("job", metavar="JOB.yaml", type=click.Path(path_type=Path))
@click.option("--firm", metavar="F-…", help=N_("Firm that asks; needed if there are several."))
@click.option("--all", "every", is_flag=True, help=N_("Every place that fits, one line each."))
@json_option
@pass_session
def best(session: Session, job: Path, firm: str | None, every: bool) -> None:
    """Find the best combination."""
    from entrepot.services.firms import the_firm
    from entrepot.services.voucher_best import best_vouchers

    app = session.app
    spec = app.read_job(job)
    found = best_vouchers(app, the_firm(app, firm), spec)
    if every:
        data: dict[str, object] = {"job": spec.name, "places": [best_data(one) for one in found]}
        emit(session, data, lambda: show_every(spec.name, found))
        return
    missing = _missing(found[0])
    data = {
        "job": spec.name,
        **best_data(found[0]),
        "questions": app.rulebook.dictionary.questions(missing),
    }
    emit(session, data, lambda: show_best(app, spec.name, found[0]))


def best_data(found: BestVouchers) -> dict[str, object]:
    """Return the best combination for ``--json``."""
    return {
        "rank": found.rank,
        "centre_id": found.centre_id,
        "device_id": found.device_id,
        "currency": found.total.asset.code,
        "total_minor": found.total.minor,
        "to_pay_minor": found.to_pay.minor,
        "chosen": [
            {"programme": p.programme, "amount_minor": p.amount.minor, "payout": p.payout}
            for p in found.parts
        ],
        "usable": found.usable,
        "lawful_combinations": found.tried,
        "left_out": [_left_out_data(one) for one in found.left_out],
    }


def _left_out_data(one: LeftOut) -> dict[str, object]:
    answer = one.answer
    return {
        "programme": answer.programme,
        "why": one.why.value,
        "beside": list(one.beside),
        "base": one.base,
        "status": answer.status.value,
        "amount_minor": answer.amount_minor,
        "advice_minor": answer.advice_minor,
        "currency": answer.currency,
        "reasons": list(answer.reasons),
        "missing": list(answer.missing),
        "flags": list(answer.flags),
    }


def show_best(app: App, job: str, found: BestVouchers) -> None:
    """Print the combination, the proof that it is the best, and every other programme."""
    where = _(N_("{job} at {centre} ({device}): {total} before vouchers"))
    total = money(found.total)
    print(clean(where.format(job=job, centre=found.centre_id, device=found.device_id, total=total)))
    for part in found.parts:
        text = _(N_("{programme} pays {amount}, {payout}"))
        payout = _(PAYOUTS.get(part.payout, part.payout))
        line = text.format(programme=part.programme, amount=money(part.amount), payout=payout)
        print("  ✓ " + clean(line))
    print("  " + _(N_("left to pay: {amount}")).format(amount=money(found.to_pay)))
    print("  " + _proof(found))
    columns = [Column(_(N_("programme")), whole=True), Column(_(N_("why it takes no part")))]
    show_table(columns, [[one.answer.programme, why_text(one)] for one in found.left_out])
    missing = _missing(found)
    for line in question_lines(app.rulebook.dictionary.questions(missing), missing):
        print("? " + line)


def show_every(job: str, places: Sequence[BestVouchers]) -> None:
    """Print one line a place."""
    print(clean(_(N_("{job}: the best combination at every place that fits")).format(job=job)))
    titles = (N_("rank"), N_("centre"), N_("device"), N_("before"), N_("vouchers"))
    titles = (*titles, N_("left to pay"), N_("combinations"))
    numbers = ("rank", "before", "left to pay", "combinations")
    rows = [
        [
            str(one.rank),
            one.centre_id,
            one.device_id,
            money(one.total),
            ", ".join(f"{p.programme} {money(p.amount)}" for p in one.parts) or "–",
            money(one.to_pay),
            str(one.tried),
        ]
        for one in places
    ]
    whole = ("centre", "device")
    show_table([Column(_(t), t in numbers, whole=t in whole) for t in titles], rows)


def why_text(one: LeftOut) -> str:
    """Write why a programme takes no part, in one sentence."""
    answer = one.answer
    if CURRENCY in answer.reasons:
        text = _(N_("pays in {currency} only; no amount is converted"))
        return text.format(currency=answer.currency)
    return _(WHY[one.why.value]).format(
        reasons=", ".join(answer.reasons),
        missing=", ".join(answer.missing),
        amount=amount_text(answer.amount_minor or answer.advice_minor, answer.currency),
        base=one.base or not_stated(),
        beside=", ".join(one.beside),
    )


def _proof(found: BestVouchers) -> str:
    if not found.tried:
        text = _(N_("no voucher can be used on this price; {count} programmes were judged"))
        return text.format(count=len(found.left_out))
    text = _(
        N_("usable vouchers: {usable}; lawful combinations compared: {tried}; none leaves less")
    )
    return text.format(tried=found.tried, usable=found.usable)


def _missing(found: BestVouchers) -> list[str]:
    return sorted({name for one in found.left_out for name in one.answer.missing})
