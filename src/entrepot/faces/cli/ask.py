"""``entrepot ask``: the questions that stand between a job and the gate's answers."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.day_option import law_options
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.gate_words import PARTS, outcome_word, tag
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import clean, done, plain
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from entrepot.services.questionnaire import Answers, Question, Round

SHOWN_MAX = 3
"""Rows shown a question; more are counted."""


@cli_command(
    "ask",
    help=N_(
        "Ask what the gate needs to know of a job, one question at a time: first the fact that "
        "may decide the most places. Each answer is judged at once, so what no longer matters is "
        "not asked; what an address or a device settles never is. Without a terminal, or with "
        "--json, the open questions are printed as JSON in three languages."
    ),
    examples=(
        "entrepot ask job.yaml",
        "entrepot ask job.yaml --out facts.yaml",
        "entrepot ask job.yaml --answers facts.yaml --json",
    ),
)
@click.argument("job", metavar="JOB.yaml", type=click.Path(path_type=Path))
@click.option("--firm", metavar="F-…", help=N_("Firm that asks; needed if there are several."))
@click.option(
    "--answers",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=N_("Answers known already: a facts file, or fact: value."),
)
@click.option(
    "--out",
    metavar="FACTS.yaml",
    type=click.Path(path_type=Path),
    help=N_("Write the job's data and placement sections with the answers in them."),
)
@law_options
@json_option
@pass_session
def command(session: Session, job: Path, firm: str | None, **given: object) -> None:
    """Ask what a job leaves open."""
    from datetime import date
    from typing import cast

    from entrepot.services.firms import the_firm
    from entrepot.services.gate_check import Law
    from entrepot.services.questionnaire import (
        Answers,
        ask_round,
        facts_text,
        round_data,
        sections_of,
    )
    from entrepot.services.stored_invoice import write_paper

    app = session.app
    spec = app.read_job(job)
    law = Law(cast("date | None", given["as_of"]), cast("date | None", given["known"]))
    file, out = cast("Path | None", given["answers"]), cast("Path | None", given["out"])
    answers = app.read_answers(file) if file is not None else Answers()
    who = the_firm(app, firm)
    now = ask_round(app, who, spec, law, answers)
    talking = not session.json and is_person()
    if talking:
        answers, now = talk(answers, now, lambda said: ask_round(app, who, spec, law, said))
        show_places(now)
    else:
        data = round_data(app, spec, law, answers, now)
        print(json.dumps(plain(data), ensure_ascii=False, indent=2))
    text = facts_text(sections_of(spec, answers))
    if out is not None:
        path = write_paper(out, text.encode())
        if talking:
            done(_(N_("Written to {path}")).format(path=path))
    elif talking:
        print(text, end="")


def is_person() -> bool:
    """Say whether somebody sits at a terminal to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def talk(answers: Answers, now: Round, judge: Callable[[Answers], Round]) -> tuple[Answers, Round]:
    """Ask until nothing is open; an empty answer leaves a question for the end of the talk.

    Args:
        answers: what is known already.
        now: what is open.
        judge: judges again with more answers.
    """
    from entrepot.kernel.errors import Invalid
    from entrepot.services.read_answer import parse_answer

    passed: set[str] = set()
    while True:
        question = next((q for q in now.questions if q.fact.name not in passed), None)
        if question is None:
            return answers, now
        show_question(question)
        typed = click.prompt(_(N_("answer (empty: leave it open)")), default="", show_default=False)
        if not typed.strip():
            passed.add(question.fact.name)
            continue
        try:
            value = parse_answer(question.fact, typed)
        except Invalid as error:
            print("  ! " + clean(error.render(_)))
            continue
        answers = answers.added(question.section, question.fact.name, value)
        # A contradiction brings a fact back; it is asked once more and then left.
        if question.contradicts:
            passed.add(question.fact.name)
        now = judge(answers)


def show_question(question: Question) -> None:
    """Print a question, its possible values, and what waits for it."""
    fact = question.fact
    asked = fact.ask or {}
    print(clean(f"{asked.get(tag(), fact.name)} ({fact.name})"))
    if fact.definition:
        print("  " + clean(fact.definition))
    if fact.domain:
        print("  " + ", ".join(fact.domain))
    if question.contradicts:
        print("  ! " + _(N_("what is stated contradicts another fact")))
    counts = {"alone": len(question.decides), "all": len(question.places)}
    print("  " + _(N_("{all} places wait for it, {alone} for it alone")).format(**counts))
    for wait in question.waits[:SHOWN_MAX]:
        grade = f" [{wait.grade}]" if wait.grade else ""
        print(clean(f"  · {_(PARTS[wait.part])}: {wait.row}{grade} {wait.basis}".rstrip()))
    more = len(question.waits) - SHOWN_MAX
    if more > 0:
        print("  " + _(N_("and {count} more rows")).format(count=more))


def show_places(now: Round) -> None:
    """Print how many places have which answer, and what nobody is asked."""
    counts: dict[str, int] = {}
    for verdict in now.verdicts:
        counts[verdict.outcome] = counts.get(verdict.outcome, 0) + 1
    for outcome, count in counts.items():
        print(f"{count:>4}  {outcome_word(outcome)}")
    if now.unasked:
        names = ", ".join(now.unasked)
        print(
            _(N_("not asked, since a record of the centre settles it: {names}")).format(names=names)
        )
