"""``entrepot auction pictures``: draw a call from its certificate and orders."""

from __future__ import annotations

from pathlib import Path

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, emit, progress, show_table
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services.charts import Form, Paper

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@cli_command(
    "pictures",
    help=N_(
        "Draw a call: supply and demand of a pool and slot, prices by place and slot, and the "
        "gap over time. Each picture is written as an option of ECharts, as SVG and as PNG."
    ),
    examples=(
        "entrepot auction pictures cert.json orders --out pictures",
        "entrepot auction pictures cert.json orders --out pictures --pool Z01/K01 --slot 7 "
        "--format svg",
    ),
)
@click.argument("certificate", type=FILE)
@click.argument("orders", type=FOLDER)
@click.option("--out", required=True, type=FOLDER, help=N_("Folder to write."))
@click.option(
    "--pool", default="", help=N_("Zone/class of the curve; else where most is at stake.")
)
@click.option("--slot", type=int, help=N_("Slot of the curve; else where most is at stake."))
@click.option(
    "--history", type=FILE, help=N_("History of the run; else the one beside CERTIFICATE.")
)
@click.option(
    "--format", "forms", default="echarts,svg,png", help=N_("Files of each picture, with commas.")
)
@click.option("--dark", is_flag=True, help=N_("Light signs on a dark ground."))
@json_option
@pass_session
def pictures(
    session: Session,
    certificate: Path,
    orders: Path,
    out: Path,
    pool: str,
    slot: int | None,
    history: Path | None,
    forms: str,
    dark: bool,
) -> None:
    """Draw a call."""
    from entrepot.services.auction_pictures import PictureAsk, draw_auction

    ask = PictureAsk(pool, slot, history, read_forms(forms), Paper(dark=dark))
    with progress(_(N_("drawing")), 100) as told:
        drawn = draw_auction(session.app, certificate, orders, out, ask, _, told)

    def render() -> None:
        rows = [(one.title, file) for one in drawn for file in one.files]
        show_table([Column(_(N_("picture"))), Column(_(N_("file")), whole=True)], rows)

    emit(session, {"pictures": drawn}, render)


def read_forms(text: str) -> tuple[Form, ...]:
    """Read forms of pictures with commas between.

    Raises:
        Invalid: there is no such form, or none at all.

    >>> read_forms("svg, png")
    (<Form.SVG: 'svg'>, <Form.PNG: 'png'>)
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    known = {form.value: form for form in Form}
    wrong = next((word for word in words if word not in known), None)
    if wrong is not None or not words:
        raise Invalid(
            "picture.form",
            N_("There is no picture of the form {form}."),
            hint=N_("Forms are echarts, svg and png: --format svg,png"),
            form=repr((wrong or "")[:40]),
        )
    return tuple(dict.fromkeys(known[word] for word in words))
