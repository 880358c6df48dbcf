"""``entrepot gate export-odrl``: a decision as a policy that other programs read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import click

from entrepot.faces.cli.day_option import law_options
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.kernel.text import N_


@cli_command(
    "export-odrl",
    help=N_(
        "Print decisions as ODRL 2.2 policies in JSON-LD, one a line: of the cases of a file, or "
        "of a job at one centre."
    ),
    examples=(
        "entrepot gate export-odrl --facts case.yaml",
        "entrepot gate export-odrl examples/idphoto.yaml --centre demo-gz",
    ),
)
@click.argument("job", required=False, metavar="[JOB.yaml]", type=click.Path(path_type=Path))
@click.option(
    "--facts", metavar="FACTS.yaml", type=click.Path(path_type=Path), help=N_("File of the cases.")
)
@click.option("--centre", metavar="ID", help=N_("Centre at which the job is judged."))
@click.option("--firm", metavar="F-…", help=N_("Firm that asks; needed if there are several."))
@law_options
@json_option
@pass_session
def export_odrl(
    session: Session,
    job: Path | None,
    facts: Path | None,
    centre: str | None,
    firm: str | None,
    **law: object,
) -> None:
    """Export decisions."""
    from datetime import date

    from entrepot.kernel.errors import Invalid
    from entrepot.services.firms import the_firm
    from entrepot.services.gate_check import Law
    from entrepot.services.odrl_export import export_cases, export_job

    app = session.app
    asked = Law(cast("date | None", law["as_of"]), cast("date | None", law["known"]))
    if facts is not None and job is None and centre is None:
        policies = export_cases(app, app.read_cases(facts), asked)
    elif job is not None and centre is not None and facts is None:
        policies = export_job(app, the_firm(app, firm), app.read_job(job), asked, centre)
    else:
        raise Invalid(
            "odrl.what",
            N_("Name either a file of cases or a job with a centre."),
            hint=N_("entrepot gate export-odrl --facts FACTS.yaml, or JOB.yaml --centre ID"),
        )
    for policy in policies:
        print(json.dumps(policy, ensure_ascii=False, sort_keys=True))
