"""``entrepot launch``: quote, lease and run a job in one go."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.lease_words import show_lease
from entrepot.faces.cli.output import money
from entrepot.faces.cli.quote_show import show_answer
from entrepot.faces.cli.run import run_to_end
from entrepot.kernel.errors import Refused
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_


@cli_command(
    "launch",
    help=N_("Quote, lease and run a job in one go, after one question."),
    examples=("entrepot launch examples/stars.yaml", "entrepot launch examples/idphoto.yaml -y"),
)
@click.argument("job", metavar="JOB.yaml", type=click.Path(path_type=Path))
@click.option("--firm", metavar="F-…", help=N_("Firm that pays; needed if there are several."))
@click.option("--choice", type=int, default=1, help=N_("Rank of the candidate; 1 is cheapest."))
@click.option("-y", "--yes", is_flag=True, help=N_("Accept price and duties without asking."))
@json_option
@pass_session
def command(session: Session, job: Path, firm: str | None, choice: int, yes: bool) -> None:
    """Quote, ask, lease, run, bill."""
    from entrepot.services.finish_job import recover
    from entrepot.services.firms import the_firm
    from entrepot.services.lease import take_quote
    from entrepot.services.quote import quote_job
    from entrepot.services.run_job import start_job

    app = session.app
    recover(app)
    answer = quote_job(app, the_firm(app, firm), app.read_job(job), explain=False)
    quote = answer.quote
    candidates = cast("list[Mapping[str, Any]]", quote.body["candidates"])
    if not session.json:
        show_answer(answer, why=False)
    if not candidates:
        raise Refused(
            "launch.nothing",
            N_("No offer fits job {name}."),
            hint=N_("entrepot quote {file} --why says what was left out and what would fit."),
            name=str(cast("Mapping[str, Any]", quote.body["job"])["name"]),
            file=str(job),
        )
    if not yes:
        _ask(candidates[min(choice, len(candidates)) - 1])
    lease = take_quote(app, quote.id, choice=choice, accept_duties=True, key=f"take:{quote.id}")
    if not session.json:
        with app.store.reading() as uow:
            show_lease(lease, uow.deals.tasks(lease.id))
    run_to_end(session, app, start_job(app, lease.id).id)


def _ask(chosen: Mapping[str, Any]) -> None:
    question = _(N_("Lease at {centre} for at most {amount} and accept its duties ({duties})?"))
    click.confirm(
        question.format(
            centre=chosen["centre_id"],
            amount=money(Amount(chosen["payable_now_minor"], HKD)),
            duties=", ".join(chosen["verdict"]["duties"]) or _(N_("none")),
        ),
        abort=True,
        err=True,
    )
