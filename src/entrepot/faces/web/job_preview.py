"""What a job would meet: the gate's verdict for each place, and offers with their prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from entrepot.domain.catalogue.filters import LABELS
from entrepot.faces.web.visit import Visit
from entrepot.kernel.errors import EntrepotError
from entrepot.services import records as r
from entrepot.services.declaration import JobSpec

Row = Mapping[str, Any]
PARTS = ("inbound", "return", "placement")


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place with the outcome of each leg; ``parts`` is leg → outcome, empty = not judged."""

    names: Mapping[str, str]
    jurisdiction: str
    device: str
    under_contract: bool
    parts: Mapping[str, str]
    outcome: str
    deciding: Sequence[str]
    duties: Sequence[str]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Preview:
    """What was found for a draft.

    Attributes:
        places: those under contract first, then by outcome.
        candidates: offers with their prices, cheapest first.
        left_out: words of a filter → offers that it removed; looked_at: offers in all.
        relaxations: sentences, the one that admits most first.
        questions: fact → its question, in the reader's language.
        failed: why nothing could be looked up.
    """

    places: Sequence[PlaceRow] = ()
    candidates: Sequence[Row] = ()
    left_out: Mapping[str, int] | None = None
    looked_at: int = 0
    relaxations: Sequence[str] = ()
    questions: Mapping[str, str] | None = None
    failed: EntrepotError | None = None


def preview(visit: Visit, firm: r.Firm, text: str) -> Preview:
    """Look a draft up; nothing is kept.

    Args:
        visit: who asks.
        firm: for which firm.
        text: the job file.
    """
    try:
        return _preview(visit, firm, visit.app.draft_job(text.encode()))
    except EntrepotError as error:
        return Preview(failed=error)


def _preview(visit: Visit, firm: r.Firm, job: JobSpec) -> Preview:
    from entrepot.services.gate_check import Law, check_job
    from entrepot.services.quote import quote_job

    answer = quote_job(visit.app, firm, job, store=False, removed_max=0)
    verdicts = check_job(visit.app, firm, job, Law())
    questions = {
        str(q["fact"]): visit.reader.name(cast("Mapping[str, str]", q))
        for place in answer.places
        if place["under_contract"]
        for verdict in cast("Sequence[Row]", place["verdicts"])
        for q in cast("Sequence[Row]", verdict.get("questions", ()))
    }
    return Preview(
        [_place(one) for one in verdicts],
        cast("Sequence[Row]", answer.quote.body["candidates"]),
        {visit.say(LABELS[name]): count for name, count in answer.counts.items()},
        answer.total,
        [one.render(visit.reader.translate) for one in answer.relaxations[:3]],
        questions,
    )


def _place(found: Any) -> PlaceRow:
    united = found.united
    body: dict[str, Any] = united.as_dict() if united else {}
    return PlaceRow(
        dict(found.place.names),
        str(found.place.jurisdiction or ""),
        found.device_id or "",
        found.place.under_contract,
        {part.name: part.outcome.value for part in found.parts},
        found.outcome,
        cast("Sequence[str]", body.get("deciding", ())),
        cast("Sequence[str]", body.get("duties", ())),
        cast("Sequence[Row]", body.get("rows", ())),
    )
