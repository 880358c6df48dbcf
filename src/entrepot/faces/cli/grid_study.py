"""``entrepot grid study``: what one shared grid would change, from a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _, tag
from entrepot.faces.cli.output import Column, done, emit, number, progress, show_table, warn
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.study_run import Study

FOLDER = click.Path(file_okay=False, path_type=Path)
REPORT = "report.html"


@cli_command(
    "study",
    help=N_(
        "Study what one shared grid would change: devices in use, who goes without, price and "
        "carbon, with law and latency respected. A scenario is a file, or one that is shipped by "
        "its name; without any, the shipped ones are listed. The report is one HTML file with "
        "pictures, beside it every table as CSV. What has been computed is kept and not computed "
        "again. Demand is made up from the quantiles of public traces."
    ),
    examples=(
        "entrepot grid study",
        "entrepot grid study gba-west --out study",
        "entrepot grid study gba-west --write my.yaml",
        "entrepot grid study my.yaml --out study --seeds 10 --workers 4 --json",
    ),
)
@click.argument("scenario", required=False)
@click.option("--out", type=FOLDER, help=N_("Folder of the report; else study-NAME."))
@click.option("--seeds", type=int, help=N_("How many draws of demand; else as the scenario says."))
@click.option("--workers", type=int, help=N_("Processes; else one a processor."))
@click.option("--ray", is_flag=True, help=N_("Compute on Ray; needs the extra ray."))
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("Write the scenario to a file to be changed, and run nothing."),
)
@json_option
@pass_session
def study(session: Session, scenario: str | None, out: Path | None, **given: Any) -> None:
    """Run a study."""
    from entrepot.services.study_run import How, run_study
    from entrepot.services.study_write import body_of, write_study

    app = session.app
    if scenario is None:
        names = list(app.studies())
        emit(session, {"scenarios": names}, lambda: _list(session))
        return
    if given["write"] is not None:
        path = app.write_picture(given["write"], app.study_text(scenario))
        emit(session, {"file": path}, lambda: done(_(N_("Written: {path}")).format(path=path)))
        return
    read = app.read_study(scenario)
    folder = out or Path(f"study-{read.id}")
    how = How(folder, given["seeds"], given["workers"], given["ray"])
    with progress(_(N_("Computing the study")), 1000) as step:
        found = run_study(
            app, read, how, lambda count, of: step(1000 * count // of if of else 1000)
        )
    files = write_study(app, found, folder, _, tag())
    body = {**body_of(found), "files": files}
    emit(session, body, lambda: _show(found, folder / REPORT))


COMMANDS = (study,)


def _list(session: Session) -> None:
    rows = [(name, _title(session, name)) for name in session.app.studies()]
    show_table([Column(_(N_("scenario")), whole=True), Column(_(N_("what it studies")))], rows)


def _title(session: Session, name: str) -> str:
    words = session.app.read_study(name).title
    return words.get(tag()) or words["en"]


def _show(found: Study, report: Path) -> None:
    from entrepot.domain.grid.study_model import SCHEMES
    from entrepot.services.study_charts import SCHEME_WORDS
    from entrepot.services.study_sums import MEASURES, difference, over_seeds
    from entrepot.services.study_words import shown

    heads = [_(SCHEME_WORDS[scheme]) for scheme in SCHEMES]
    columns = [Column(""), *(Column(head, number=True) for head in heads)]
    columns.append(Column(_(N_("change")), number=True))
    rows = [
        (
            _(words),
            *(shown(over_seeds(found, 0, scheme, name), digits) for scheme in SCHEMES),
            shown(difference(found, 0, name), digits),
        )
        for name, (words, digits) in MEASURES.items()
    ]
    show_table(columns, rows)
    warn(_(N_("Demand, prices and some sizes are made up; the report says which.")))
    counts = {"computed": number(found.computed), "kept": number(found.kept)}
    print(_(N_("{computed} cells computed, {kept} found finished.")).format(**counts))
    done(_(N_("Written: {path}")).format(path=report))
