"""What ``entrepot vouchers`` prints for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from entrepot.domain.vouchers.case import Entitlement
from entrepot.domain.vouchers.model import Version
from entrepot.faces.cli.gate_words import plain_text, question_lines, tag
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, clean, day, percent, show_table
from entrepot.faces.cli.vouchers_words import (
    STANDS,
    amount_text,
    ceiling_texts,
    days_text,
    not_stated,
    rate_text,
    short_caps,
    short_rate,
    window_text,
)
from entrepot.kernel.rulebook.plain import plain_condition
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.entitle_case import LimitState, ProgrammeView

Row = Mapping[str, Any]

STATUSES: Mapping[str, str] = {
    "pays": N_("pays"),
    "refused": N_("refused"),
    "needs_info": N_("needs facts"),
    "needs_review": N_("needs review"),
}
STATES: Mapping[str, str] = {
    "reserved": N_("reserved"),
    "applied": N_("used"),
    "claimed": N_("claimed"),
    "released": N_("given back"),
}
MARKS: Mapping[str, str] = {"holds": "✓", "fails": "✗", "missing": "?", "review": "!"}


def show_programmes(views: Sequence[ProgrammeView], on: date) -> None:
    """Print one row a programme, narrow enough for a terminal."""
    print(_(N_("Programmes as of {day}")).format(day=day(on)))
    titles = (N_("programme"), N_("place"), N_("rate"), N_("caps"), N_("standing"))
    columns = [Column(_(title), whole=title in ("programme", "place")) for title in titles]
    show_table(columns, [_line(view) for view in views])
    print(_(N_("Funds, windows, conditions and sources: entrepot vouchers show ID")))


def _line(view: ProgrammeView) -> list[str]:
    programme, version = view.programme, view.version
    head, standing = [programme.id, programme.place or not_stated()], _(STANDS[view.standing.value])
    if version is None:
        return [*head, "–", "–", standing]
    caps = short_caps(version, programme.currency)
    return [*head, short_rate(version), caps, f"{standing} [{version.grade.value}]"]


def show_programme(view: ProgrammeView, on: date) -> None:
    """Print a programme with all its versions."""
    programme = view.programme
    print(clean(f"{programme.id} · {programme.name.get(tag(), programme.id)}"))
    standing = _(STANDS[view.standing.value])
    print("  " + _(N_("as of {day}: {standing}")).format(day=day(on), standing=standing))
    for version in programme.versions:
        print("  " + days_text(version.validity.from_day, version.validity.to_day))
        for line in _version_lines(version, programme.currency):
            print("    " + clean(line))


def _version_lines(version: Version, currency: str) -> Iterable[str]:
    yield _(N_("rate: {rate} of {base}")).format(
        rate=rate_text(version), base=version.base or not_stated()
    )
    for rate in version.rates:
        if rate.when:
            when = "; ".join(_condition(plain_condition(c)) for c in rate.when)
            yield f"  {percent(rate.rate_bp)}: {when}"
    yield from ceiling_texts(version, currency, funds=False)
    yield from ceiling_texts(version, currency, funds=True)
    yield _(N_("applications: {days}")).format(days=window_text(version.windows))
    if version.eligible is None:
        yield _(N_("who may apply: {what}")).format(what=not_stated())
    for item in version.eligible or ():
        yield _(N_("must hold: {condition}")).format(
            condition=_condition(plain_condition(item.condition))
        )
    yield _(N_("grade {grade}, recorded on {day}")).format(
        grade=version.grade.value, day=version.recorded_at.isoformat()
    )
    yield from (text for text in (version.note, version.conflict) if text)
    yield from version.sources


def _condition(shown: list[object]) -> str:
    fact, op, value = shown
    return f"{fact} {op} {plain_text(value)}"


def show_entitlement(app: App, answer: Entitlement) -> None:
    """Print one answer, step by step."""
    names = " · ".join(dict.fromkeys((answer.name, answer.programme)))
    print(clean(f"{names}: {_(STATUSES[answer.status.value])}"))
    minor = answer.amount_minor or answer.advice_minor
    if minor:
        label = (
            N_("pays {amount}") if answer.amount_minor else N_("a review would confirm {amount}")
        )
        print("  " + _(label).format(amount=amount_text(minor, answer.currency)))
    for line in answer.lines:
        grade = f" [{line.grade}]" if line.grade else ""
        print(f"  {MARKS.get(line.outcome, '↓')} " + clean(line.render(_) + grade))
    _show_words(answer)
    questions = app.rulebook.dictionary.questions(answer.missing)
    for text in question_lines(questions, answer.missing):
        print("  ? " + text)
    for source in answer.version.sources if answer.version else ():
        print("  " + clean(source))


def _show_words(answer: Entitlement) -> None:
    words = (
        (N_("reasons: {names}"), answer.reasons),
        (N_("bounds: {names}"), answer.bounds),
        (N_("not stated: {names}"), answer.not_stated),
        (N_("flags: {names}"), answer.flags),
    )
    for text, names in words:
        if names:
            print("  " + _(text).format(names=", ".join(names)))


def show_reserved(held: Sequence[r.VoucherReservation], limits: Sequence[LimitState]) -> None:
    """Print reservations, and how full each cap and fund is."""
    if not held:
        text = N_("No lease has reserved a voucher. What a job could have: {command}")
        print(_(text).format(command="entrepot vouchers best JOB.yaml"))
        return
    titles = (N_("reservation"), N_("lease"), N_("programme"), N_("amount"), N_("state"))
    rows = [
        [
            one.id,
            one.lease_id,
            one.programme,
            amount_text(one.amount_minor, one.asset),
            _(STATES.get(one.state, one.state)),
        ]
        for one in held
    ]
    whole = ("reservation", "programme")
    show_table([Column(_(t), t == "amount", whole=t in whole) for t in titles], rows)
    titles = (N_("limit"), N_("programme"), N_("used"), N_("of"), N_("counter"))
    counted = [
        [
            one.name,
            one.programme,
            str(one.used) if one.counts_projects else amount_text(one.used, one.asset),
            str(one.limit) if one.counts_projects else amount_text(one.limit, one.asset),
            one.scope,
        ]
        for one in limits
    ]
    show_table([Column(_(title), title in ("used", "of")) for title in titles], counted)
