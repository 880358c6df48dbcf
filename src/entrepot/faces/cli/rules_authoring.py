"""``entrepot rules new|check|test|explain``: writing rules and trying them on worked cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from entrepot.faces.cli.day_option import day_option
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import clean, done, emit
from entrepot.kernel.errors import Conflict, Invalid, Refused
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from datetime import date

    from entrepot.kernel.rulebook.lint import Finding
    from entrepot.services.rules_authoring import Trial

KINDS = ("table", "row", "programme", "cases")


@cli_command(
    "new",
    help=N_(
        "Write a commented beginning of a table, a row, a programme or a file of worked cases, "
        "with every key explained. A file that is there is never overwritten."
    ),
    examples=(
        "entrepot rules new programme my-facts/rules/vouchers.yaml",
        "entrepot rules new table flow.yaml",
        "entrepot rules new cases my-facts/rules/cases/mine.yaml",
    ),
)
@click.argument("kind", metavar="KIND", type=click.Choice(KINDS))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@json_option
@pass_session
def new(session: Session, kind: str, file: Path) -> None:
    """Write a beginning."""
    from entrepot.services.rules_templates import template

    _write_new(file, template(kind))
    sentence = _(N_("{file} is written; fill it in, then: entrepot rules check {file}"))
    emit(session, {"kind": kind, "file": str(file)}, lambda: done(sentence.format(file=file)))


def _write_new(file: Path, text: str) -> None:
    if file.exists():
        raise Conflict(
            "rules.exists",
            N_("{file} is there already and is not overwritten."),
            hint=N_("Name another file."),
            file=str(file),
        )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except OSError as error:
        raise Invalid(
            "rules.write",
            N_("{file} cannot be written: {why}."),
            hint=N_("Name a file in a folder that you may write to."),
            file=str(file),
            why=error.strerror or str(error),
        ) from None


@cli_command(
    "check",
    help=N_(
        "Check rule files: form, dates that overlap or gape, rows that are never reached, grades "
        "and sources, ceilings that no text states. Without FILE, the rules in effect."
    ),
    examples=("entrepot rules check", "entrepot rules check my-facts/rules/vouchers.yaml --json"),
)
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@json_option
@pass_session
def check(session: Session, file: Path | None) -> None:
    """Check rule files."""
    from entrepot.services.rules_authoring import check_rules, has_errors

    app = session.app
    given = None if file is None else {str(file): app.read_rule_text(file)}
    findings = check_rules(app, given)
    if has_errors(findings):
        raise _unsound(findings)
    data = {"sound": True, "findings": [item.as_dict(_) for item in findings]}
    emit(session, data, lambda: _show_findings(findings))


def _show_findings(findings: list[Finding]) -> None:
    for item in findings:
        print(clean(f"{_(_WEIGHTS[item.weight.value])}  {item.where}  {item.render(_)}"))
    done(_(N_("The rules are sound; {count} notes.")).format(count=len(findings)))


_WEIGHTS = {"error": N_("error"), "warning": N_("warning"), "note": N_("note")}


def _unsound(findings: list[Finding]) -> Invalid:
    from entrepot.kernel.rulebook.lint import Weight

    wrong = [item for item in findings if item.weight is Weight.ERROR]
    return Invalid(
        "rules.unsound",
        N_("The rules have {count} faults; the first: {first}"),
        hint=N_("Correct each named line."),
        fields={item.where: item.render(_) for item in wrong},
        count=len(wrong),
        first=f"{wrong[0].where}: {wrong[0].render(_)}",
    )


@cli_command(
    "test",
    help=N_(
        "Check the rules in effect and try them on every worked case beside them. Each row, "
        "constraint, version and rate must be reached by a case that holds."
    ),
    examples=("entrepot rules test", "entrepot rules test --coverage"),
)
@click.option("--coverage", is_flag=True, help=N_("List how many cases reach each rule."))
@json_option
@pass_session
def test(session: Session, coverage: bool) -> None:
    """Try the rules."""
    from entrepot.services.rules_authoring import check_rules, has_errors, try_rules

    findings = check_rules(session.app)
    if has_errors(findings):
        raise _unsound(findings)
    trial = try_rules(session.app)
    _refuse_failures(trial)
    _refuse_gaps(trial)
    data: dict[str, object] = {
        "cases": len(trial.judged),
        "rules": len(trial.coverage.wanted),
        "reached": trial.coverage.count,
        **({"coverage": trial.counts()} if coverage else {}),
    }
    emit(session, data, lambda: _show_trial(trial, coverage))


def _refuse_failures(trial: Trial) -> None:
    failed = trial.failed
    if not failed:
        return
    told: dict[str, str] = {}
    for item in failed:
        first = item.differences[0]
        text = _(N_("{name}: {key} is {found}, expected {expected}"))
        told[item.case.where] = text.format(
            name=item.case.name, key=first.key, found=first.found, expected=first.expected
        )
    raise Refused(
        "rules.cases",
        N_("{count} of {total} worked cases do not hold; the first: {first}"),
        hint=N_("Correct the rule, or the case where the law has changed."),
        fields=told,
        count=len(failed),
        total=len(trial.judged),
        first=next(iter(told.values())),
    )


def _refuse_gaps(trial: Trial) -> None:
    missing = trial.coverage.missing
    if missing:
        raise Refused(
            "rules.coverage",
            N_("No worked case reaches {names}."),
            hint=N_("Write a case for each: entrepot rules new cases FILE"),
            fields=dict.fromkeys(missing, "no worked case"),
            names=", ".join(missing),
        )


def _show_trial(trial: Trial, coverage: bool) -> None:
    if coverage:
        from entrepot.faces.cli.output import Column, show_table

        columns = [Column(_(N_("rule"))), Column(_(N_("cases")), number=True)]
        show_table(columns, [[name, str(count)] for name, count in trial.counts().items()])
    text = _(N_("{cases} worked cases hold; {reached} of {rules} rules are reached."))
    count, rules = trial.coverage.count, len(trial.coverage.wanted)
    done(text.format(cases=len(trial.judged), reached=count, rules=rules))


@cli_command(
    "explain",
    help=N_(
        "Show a row, a table or a voucher programme with all it rests on, and the worked cases "
        "that reach it."
    ),
    examples=(
        "entrepot rules explain cn.small",
        "entrepot rules explain table:us_gp10",
        "entrepot rules explain cn.beijing.ai_voucher",
    ),
)
@click.argument("rule", metavar="ID")
@day_option("--as-of", help=N_("Law of this day; today if it is left out."))
@json_option
@pass_session
def explain(session: Session, rule: str, as_of: object) -> None:
    """Explain a rule."""
    from entrepot.kernel.period import local_day
    from entrepot.services.rules_authoring import explain_with_cases

    app = session.app
    day = cast("date | None", as_of) or local_day(app.clock.now())
    found = explain_with_cases(app, rule, day)
    cases = [
        {"name": one.case.name, "where": one.case.where, "holds": not one.differences}
        for one in found.cases
    ]

    def render() -> None:
        _show_rule(session, found.kind, rule, found.rule, day)
        print(_(N_("worked cases: {count}")).format(count=len(cases)))
        for one in cases:
            holds = _(N_("holds")) if one["holds"] else _(N_("does not hold"))
            print(clean(f"  {one['where']}  {one['name']}: {holds}"))

    emit(session, {"kind": found.kind, "rule": _plain_rule(found.rule), "cases": cases}, render)


def _show_rule(session: Session, kind: str, name: str, rule: object, day: date) -> None:
    from entrepot.faces.cli.gate_rules import View, show_row, show_rows

    if kind == "programme":
        from entrepot.faces.cli.vouchers_show import show_programme
        from entrepot.services.entitle_case import view_of

        show_programme(view_of(session.app, name.partition("@")[0], day), day)
    elif kind == "table":
        show_rows(cast("View", rule))
    else:
        show_row(cast("View", rule))


def _plain_rule(rule: object) -> object:
    from entrepot.domain.vouchers.model import Programme
    from entrepot.faces.cli.vouchers_words import version_data

    if not isinstance(rule, Programme):
        return rule
    versions = [version_data(version) for version in rule.versions]
    return {"programme": rule.id, "name": dict(rule.name), "versions": versions}


COMMANDS: tuple[click.Command, ...] = (new, check, test, explain)
"""What hangs below ``entrepot rules``."""
