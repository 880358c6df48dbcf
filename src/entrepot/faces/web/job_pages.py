"""New job: a form and its job file side by side, with gate and prices as one types."""

from __future__ import annotations

from typing import cast

from entrepot.faces.web.firm_here import firm_of, firms_of
from entrepot.faces.web.job_draft import (
    START,
    Draft,
    draft_of_text,
    draft_sent,
    with_questions,
)
from entrepot.faces.web.job_preview import Preview, preview
from entrepot.faces.web.visit import Answer, Move, Page, Reply, Visit
from entrepot.kernel.errors import EntrepotError
from entrepot.services import records as r

EXAMPLES = ("stars", "idphoto")
"""Shipped jobs that one may start from."""

FILES_MAX = 16 * 1024 * 1024
"""Bytes of a form with the files of a job."""


def new(visit: Visit) -> Answer:
    """Show an empty job, or an example."""
    firm = firm_of(visit, "quote.make")
    name = visit.asked("example")
    text, script = START, ""
    if name in EXAMPLES:
        text = visit.app.example(f"{name}.yaml").read_text(encoding="utf-8")
        script = visit.app.example(f"{name}.py").read_text(encoding="utf-8")
    return _page(visit, firm, draft_of_text(visit, text, script))


def send(visit: Visit) -> Reply:
    """Look the job up again, or make its quote."""
    firm = firm_of(visit, "quote.make")
    draft = draft_sent(visit)
    if visit.given("do") != "quote" or draft.failed:
        return _page(visit, firm, draft)
    try:
        return _quote(visit, firm, draft)
    except EntrepotError as error:
        if error.http_status >= 500:
            raise
        return _page(visit, firm, draft, error)


def _quote(visit: Visit, firm: r.Firm, draft: Draft) -> Move:
    from entrepot.domain.access.model import Resource
    from entrepot.services.quote import quote_job

    visit.require("quote.make", Resource("quote", firm_id=firm.id))
    files = {sent.name: sent.data for sent in visit.files.get("files", ())}
    unsent = [name for name in draft.files if name not in files]
    if draft.script and unsent:
        files[unsent[0]] = draft.script.encode()
    wanted = {name: files[name] for name in draft.files if name in files}
    job = visit.app.read_sent_job(draft.text.encode(), wanted, firm.id)
    answer = quote_job(visit.app, firm, job, explain=False, key=visit.key)
    return Move(f"/quotes/{answer.quote.id}")


def part(visit: Visit) -> Answer:
    """Return what changes on the page as one types: the other half, and what was found."""
    firm = firm_of(visit, "quote.make")
    draft = draft_sent(visit)
    found = preview(visit, firm, draft.text) if not draft.failed else Preview(failed=draft.failed)
    return Answer("job_parts.html", _values(visit, firm, draft, found))


def _page(visit: Visit, firm: r.Firm, draft: Draft, failed: EntrepotError | None = None) -> Answer:
    found = preview(visit, firm, draft.text) if not draft.failed else Preview(failed=draft.failed)
    status = failed.http_status if failed else 200
    return Answer("job_new.html", {**_values(visit, firm, draft, found), "failed": failed}, status)


def _values(visit: Visit, firm: r.Firm, draft: Draft, found: Preview) -> dict[str, object]:
    draft = with_questions(visit, draft, list(found.questions or {}))
    devices = sorted({device.name for device in visit.app.facts.devices.values()})
    return {
        "firm": firm,
        "firms": firms_of(visit, "quote.make"),
        "draft": draft,
        "found": found,
        "devices": devices,
        "examples": EXAMPLES,
        "sections": _sections(draft),
    }


def _sections(draft: Draft) -> list[tuple[str, list[object]]]:
    names = dict.fromkeys(field.section for field in draft.facts)
    return [
        (name, cast("list[object]", [f for f in draft.facts if f.section == name]))
        for name in names
    ]


PAGES = (
    Page("GET", "/jobs/new", new, "quote.make"),
    Page("POST", "/jobs/new", send, "quote.make", FILES_MAX),
    Page("POST", "/jobs/new/part", part, "quote.make", FILES_MAX),
)
