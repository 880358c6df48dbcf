"""``entrepot auction example``: calls whose answers are known, to solve and to look at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, show_table
from entrepot.kernel.errors import Fault
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.auction_examples import Answered

FOLDER = click.Path(file_okay=False, path_type=Path)


@cli_command(
    "example",
    help=N_(
        "Solve a call whose answer is known, and show both. Without NAME the examples are listed. "
        "With --out the call is written as a folder, to run and verify."
    ),
    examples=(
        "entrepot auction example",
        "entrepot auction example three-zones",
        "entrepot auction example industry --out industry",
    ),
)
@click.argument("name", required=False)
@click.option("--out", type=FOLDER, help=N_("Folder to write the call into."))
@json_option
@pass_session
def example(session: Session, name: str | None, out: Path | None) -> None:
    """List the examples, or solve one."""
    from entrepot.services.auction_examples import answer, example_of, folder_of_example

    if name is None:
        _list(session)
        return
    chosen = example_of(name)
    files = session.app.write_auction(out, folder_of_example(chosen)) if out else []
    answered = answer(chosen)
    emit(session, {"answer": answered, "files": files}, lambda: _show(answered, out))
    if not answered.agrees:
        raise Fault(
            "auction.example_differs",
            N_("The solver here does not reach the known answer of {name}."),
            hint=N_("Report it with the version of entrepot and of highspy."),
            name=chosen.name,
        )


def _list(session: Session) -> None:
    from entrepot.services.auction_examples import EXAMPLES

    rows = [(one.name, _(one.title)) for one in EXAMPLES]
    titles = [Column(_(N_("name")), whole=True), Column(_(N_("what it shows")))]
    data = [{"name": one.name, "title": one.title, "known": dict(one.known)} for one in EXAMPLES]
    emit(session, data, lambda: show_table(titles, rows))


def _show(answered: Answered, out: Path | None) -> None:
    print(_(answered.title))
    titles = [
        Column(_(N_("figure")), whole=True),
        Column(_(N_("known answer")), number=True),
        Column(_(N_("found here")), number=True),
    ]
    show_table(titles, answered.rows)
    if out is not None:
        done(_(N_("The call is written: {out}")).format(out=out))
