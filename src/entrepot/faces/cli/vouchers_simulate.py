"""``entrepot vouchers simulate``: what a policy pays to a file of applications, as a whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.day_option import law_options
from entrepot.faces.cli.frame import Command, Session, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, money, number, show_table
from entrepot.faces.cli.wait import wait_for
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import Amount, asset_of, of_major
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.vouchers_bulk import Total


@click.command(
    "simulate",
    cls=Command,
    help=N_(
        "Judge a file of applications by column, CSV or Parquet: every column that is no name of "
        "a case is a fact; caps and funds run in order of application. Nothing is stored."
    ),
    examples=(
        "entrepot vouchers simulate applications.csv --as-of 2025-06-01",
        "entrepot vouchers simulate applications.csv --programme cn.beijing.ai_voucher --json",
        "entrepot vouchers simulate applications.parquet --out answers.csv",
    ),
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--programme", metavar="ID", help=N_("Programme where the file names none."))
@click.option("--asset", metavar="CODE", help=N_("Currency of the amounts, such as CNY."))
@click.option("--fund", metavar="N", help=N_("Left of the fund at first, in whole units."))
@click.option("--out", type=click.Path(path_type=Path), help=N_("Write an answer a row here."))
@law_options
@json_option
@pass_session
def simulate(
    session: Session,
    file: Path,
    programme: str | None,
    asset: str | None,
    fund: str | None,
    out: Path | None,
    as_of: date | None,
    known: date | None,
) -> None:
    """Judge a file of columns."""
    from entrepot.services.vouchers_bulk import judge_table, result_table, totals
    from entrepot.services.vouchers_columns import Policy

    app = session.app
    left = _left(fund, asset)
    policy = Policy(programme, as_of, known, asset, left)
    table = wait_for(_(N_("reading")), lambda: app.read_columns(file))
    parts = wait_for(_(N_("judging")), lambda: judge_table(app, table, policy))
    found = totals(parts)
    if out is not None:
        app.write_columns(result_table(parts, table), out)
    data = {"programmes": found, "out": out}
    emit(session, data, lambda: _show(found, out))


def _left(fund: str | None, asset: str | None) -> int | None:
    if fund is None:
        return None
    if asset is None:
        raise Invalid(
            "vouchers.asset",
            N_("An amount needs its currency."),
            hint=N_("Add --asset, such as --asset CNY."),
            fields={"asset": "missing"},
        )
    return of_major(fund, asset_of(asset)).minor


def _show(found: list[Total], out: Path | None) -> None:
    titles = [Column(_(N_("programme")))]
    words = (N_("pays"), N_("refused"), N_("needs facts"), N_("needs review"))
    words += (N_("paid"), N_("advice"))
    titles += [Column(_(word), True) for word in words]
    rows: list[list[str]] = []
    for total in found:
        counts = [total.rows[key] for key in ("pays", "refused", "needs_info", "needs_review")]
        asset = asset_of(total.currency)
        sums = [money(Amount(total.paid_minor, asset)), money(Amount(total.advice_minor, asset))]
        rows.append([total.programme, *(number(count) for count in counts), *sums])
    show_table(titles, rows)
    for total in found:
        for word, count in sorted(total.reasons.items(), key=lambda item: (-item[1], item[0])):
            print(f"  {total.programme}: {word} × {number(count)}")
    if out is not None:
        done(_(N_("The answers lie in {path}.")).format(path=out))
