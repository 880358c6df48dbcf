"""``entrepot gate``: where data and devices may lawfully go, and what stands behind the answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from entrepot.faces.cli.day_option import law_options
from entrepot.faces.cli.errors import places_of
from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import clean, done, emit, plain, warn
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.domain.gate.batch import BatchAnswer, BatchRefusal
    from entrepot.services.gate_check import Law


@cli_group(
    "gate",
    help=N_(
        "Say where a job's data and devices may lawfully go, under which instruments and duties. "
        "Facts in the house's own words; no legal advice."
    ),
    examples=(
        "entrepot gate matrix examples/idphoto.yaml",
        "entrepot gate check examples/idphoto.yaml --centre demo-gz",
        "entrepot gate explain hk.processor",
        "entrepot gate instruments list",
        "entrepot gate duties",
    ),
)
def command() -> None:
    """Hold the commands of the gate."""


what_if_option = click.option(
    "--what-if",
    multiple=True,
    metavar="ROW",
    help=N_("Assume that this proposed row is law; repeatable."),
)


def job_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what a judgement of a job everywhere may be told."""
    options = (
        click.argument("job", metavar="JOB.yaml", type=click.Path(path_type=Path)),
        click.option(
            "--firm", metavar="F-…", help=N_("Firm that asks; needed if there are several.")
        ),
        click.option(
            "--manifest",
            metavar="M-…",
            help=N_("Take origin and persons of the data from this manifest."),
        ),
        click.option(
            "--mix-check",
            "mix_checks",
            multiple=True,
            metavar="MX-…",
            help=N_("Take from this check what is mixed in at the centre; repeatable."),
        ),
        law_options,
        what_if_option,
        json_option,
        pass_session,
    )
    for option in reversed(options):
        function = option(function)
    return function


@command.command(
    "matrix",
    help=N_(
        "Show places × legs: what the gate says of a job's way in, placement and way back at "
        "every place, and of all together."
    ),
    examples=(
        "entrepot gate matrix examples/idphoto.yaml",
        "entrepot gate matrix examples/idphoto.yaml --as-of 2024-03-01",
        "entrepot gate matrix examples/idphoto.yaml --json",
    ),
)
@job_options
def matrix(session: Session, **given: object) -> None:
    """Judge a job everywhere."""
    _judge(session, None, given)


@command.command(
    "check",
    help=N_(
        "Judge a job at one place and explain it in full: every row read, duties, questions. "
        "Without --centre, the table of all places, as entrepot gate matrix."
    ),
    examples=(
        "entrepot gate check examples/idphoto.yaml --centre demo-gz",
        "entrepot gate check examples/idphoto.yaml --centre demo-gz --as-of 2025-12-31 --json",
        "entrepot gate check examples/idphoto.yaml --centre demo-gz --what-if ear.remote_bill",
    ),
)
@click.option("--centre", metavar="ID", help=N_("Explain this centre in full."))
@job_options
def check(session: Session, centre: str | None, **given: object) -> None:
    """Judge a job at one place."""
    _judge(session, centre, given)


def _judge(session: Session, centre: str | None, given: dict[str, object]) -> None:
    from entrepot.faces.cli.gate_show import show_centre, show_matrix
    from entrepot.faces.cli.gate_words import verdict_data
    from entrepot.services.firms import the_firm
    from entrepot.services.gate_check import check_job
    from entrepot.services.manifests import Named

    app = session.app
    asked = _law(**given)
    spec = app.read_job(cast("Path", given["job"]))
    manifest = cast("str | None", given["manifest"]) or spec.manifest
    named = Named(manifest, cast("tuple[str, ...]", given["mix_checks"]) or spec.mix_checks)
    firm = the_firm(app, cast("str | None", given["firm"]))
    verdicts = check_job(app, firm, spec, asked, centre, named)
    stance = asked.stance(app)
    data = {
        "job": spec.name,
        "as_of": stance.as_of,
        "known": stance.known,
        "what_if": sorted(stance.what_if),
        "rulebook": app.rulebook.hash,
        "places": [verdict_data(v, stance.as_of, whole=centre is not None) for v in verdicts],
    }
    show = show_matrix if centre is None else show_centre
    emit(session, data, lambda: show(app, spec.name, verdicts, stance))


@command.command(
    "decide",
    help=N_(
        "Judge cases stated in a file: a leg, a placement or both, by the facts that "
        "entrepot gate facts lists. YAML or JSON with one case or a list, or JSON Lines. "
        "With --json, one line a case."
    ),
    examples=(
        "entrepot gate decide --facts case.yaml",
        "entrepot gate decide --facts cases.jsonl --as-of 2025-12-31 --json",
        "entrepot gate decide --facts case.yaml --keep",
    ),
)
@click.option(
    "--facts",
    required=True,
    metavar="FACTS.yaml",
    type=click.Path(path_type=Path),
    help=N_("File of the cases."),
)
@click.option(
    "--explain",
    is_flag=True,
    help=N_("With --json, add each row read: facts compared, basis, grade, sources, questions."),
)
@click.option(
    "--keep",
    is_flag=True,
    help=N_("Keep each decision with the law behind it, for entrepot rules replay."),
)
@law_options
@what_if_option
@json_option
@pass_session
def decide(session: Session, facts: Path, keep: bool, explain: bool, **law: object) -> None:
    """Judge stated cases; a bad one is told with its place and spoils no other."""
    from entrepot.domain.gate.batch import BatchRefusal
    from entrepot.services.gate_batch import answer_file

    app = session.app
    if keep:
        _keep(session, app.read_cases(facts), _law(**law))
        return
    refused = False
    for item in answer_file(app, facts, _law(**law)):
        if isinstance(item, BatchRefusal):
            refused = True
            _show_refusal(session, item)
        else:
            _show_answer(session, item, explain)
    if refused:
        raise click.exceptions.Exit(Invalid.exit_code)


def _show_answer(session: Session, answer: BatchAnswer, explain: bool) -> None:
    from entrepot.faces.cli.gate_show import show_decision

    if not session.json:
        show_decision(answer.decision(session.app.rulebook))
    elif explain:
        decision = answer.decision(session.app.rulebook)
        print(json.dumps(plain(decision.as_dict()), ensure_ascii=False))
    else:
        print(answer.line())


def _show_refusal(session: Session, refusal: BatchRefusal) -> None:
    if session.json:
        print(refusal.line(_))
        return
    sentence = refusal.error.render(_)
    warn(f"{refusal.name}: {sentence}")
    for place, what in places_of(refusal.error.fields, sentence):
        print(f"  · {clean(place)}: {clean(what)}", file=sys.stderr)
    hint = refusal.error.render_hint(_)
    if hint:
        print(_(N_("To fix: {hint}")).format(hint=hint), file=sys.stderr)


def _keep(session: Session, bodies: list[dict[str, object]], law: Law) -> None:
    from entrepot.faces.cli.gate_show import show_decision
    from entrepot.services.decisions import keep_cases

    app = session.app
    for decision, kept in keep_cases(app, bodies, law, app.ids.new("K")):
        if session.json:
            data = {"decision_id": kept.id, **decision.as_dict()}
            print(json.dumps(plain(data), ensure_ascii=False))
        else:
            show_decision(decision)
            done(_(N_("Kept as decision {id}.")).format(id=kept.id))


def _law(**given: object) -> Law:
    from datetime import date

    from entrepot.services.gate_check import Law

    return Law(
        cast("date | None", given["as_of"]),
        cast("date | None", given["known"]),
        frozenset(cast("tuple[str, ...]", given["what_if"])),
    )


def _add_others() -> None:
    """Hang up the commands that live in modules of their own."""
    from entrepot.faces.cli import (
        gate_counts,
        gate_due,
        gate_isolation,
        gate_odrl,
        gate_records,
        gate_register,
        gate_rules,
    )

    assert gate_due.instruments is gate_register.instruments  # it adds its commands there

    for other in (
        gate_rules.facts,
        gate_rules.explain,
        gate_register.instruments,
        gate_register.duties,
        gate_register.done_,
        gate_records.manifest,
        gate_records.mixcheck,
        gate_isolation.isolation,
        gate_counts.counts,
        gate_odrl.export_odrl,
    ):
        command.add_command(other)


_add_others()
