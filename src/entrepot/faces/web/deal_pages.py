"""From a quote to its lease: what was found, what it costs, by which law, and taking it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from entrepot.faces.web.listing import listed
from entrepot.faces.web.owners import the_lease, the_quote
from entrepot.faces.web.visit import Answer, Move, Page, Reply, Visit, number_of
from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.text import N_
from entrepot.services import records as r

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """A quote in a list; ``payable_minor`` is that of its cheapest offer, None without one."""

    id: str
    name: str
    created_at: int
    valid_until: int
    offers: int
    payable_minor: int | None


def quotes(visit: Visit) -> Answer:
    """List the quotes of the reader's firms, newest first."""
    found, after = listed(visit, "quote.read", "quotes")
    values = {"rows": [_row(one) for one in found], "after": after, "now": visit.app.clock.now()}
    return Answer("quotes.html", values)


def _row(quote: r.Quote) -> QuoteRow:
    candidates = cast("list[Row]", quote.body["candidates"])
    payable = candidates[0]["payable_now_minor"] if candidates else None
    name = str(cast("Row", quote.body["job"])["name"])
    times = (quote.created_at, quote.valid_until)
    return QuoteRow(quote.id, name, *times, len(candidates), payable)


def quote(visit: Visit) -> Answer:
    """Show a quote."""
    return _quote(visit, the_quote(visit))


def _quote(visit: Visit, found: r.Quote, failed: EntrepotError | None = None) -> Answer:
    from entrepot.domain.catalogue.filters import LABELS, Filter
    from entrepot.services.gate_check import duties_of

    candidates = cast("list[Row]", found.body["candidates"])
    chosen = number_of(
        visit.given("choice") or visit.asked("choice"), 1, 1, max(len(candidates), 1)
    )
    with visit.app.store.reading() as uow:
        lease = uow.deals.lease_of_quote(found.id)
    picked = candidates[chosen - 1] if candidates else None
    day = date.fromisoformat(str(found.body["as_of"]))
    removed = cast("Mapping[str, int]", found.body["removed"])
    values = {
        "quote": found,
        "job": found.body["job"],
        "candidates": candidates,
        "chosen": chosen,
        "picked": picked,
        "duties": duties_of(picked["verdict"]["duties"], day) if picked else [],
        "left_out": {visit.say(LABELS[Filter(k)]): count for k, count in removed.items() if count},
        "lease": lease,
        "is_open": lease is None and visit.app.clock.now() < found.valid_until,
        "failed": failed,
    }
    return Answer("quote.html", values, failed.http_status if failed else 200)


def take(visit: Visit) -> Reply:
    """Take a quote, and start its job at once if that was asked."""
    from entrepot.services.lease import take_quote

    found = the_quote(visit, "lease.take")
    try:
        taken = take_quote(
            visit.app,
            found.id,
            choice=number_of(visit.given("choice"), 1, 1, 10_000),
            accept_duties=visit.given("accept") == "yes",
            key=visit.key,
        )
    except EntrepotError as error:
        if error.http_status >= 500:
            raise
        return _quote(visit, found, error)
    return Move(f"/leases/{taken.id}", visit.say(N_("The devices are held for you.")))


def lease(visit: Visit) -> Answer:
    """Show a lease."""
    return _lease(visit, the_lease(visit))


def _lease(visit: Visit, found: r.Lease, failed: EntrepotError | None = None) -> Answer:
    with visit.app.store.reading() as uow:
        tasks, held = uow.deals.tasks(found.id), uow.capacity.held(found.id)
        job = uow.deals.job_of_lease(found.id)
        quote_of = uow.deals.quote(found.quote_id)
    name = str(cast("Row", quote_of.body["job"])["name"]) if quote_of else ""
    values = {
        "lease": found,
        "name": name,
        "tasks": tasks,
        "held": held,
        "job": job,
        "choice": found.choice,
        "failed": failed,
    }
    return Answer("lease.html", values, failed.http_status if failed else 200)


def start(visit: Visit) -> Reply:
    """Start the job of a lease; it has one, so a second time attaches to it."""
    from entrepot.services.run_job import start_job

    found = the_lease(visit, "job.run")
    try:
        job = start_job(visit.app, found.id)
    except EntrepotError as error:
        if error.http_status >= 500:
            raise
        return _lease(visit, found, error)
    return Move(f"/jobs/{job.id}")


def release(visit: Visit) -> Reply:
    """Give back a lease that has not run."""
    from entrepot.services.lease import release_lease

    found = the_lease(visit, "lease.take")
    try:
        release_lease(visit.app, found.id, reason="given back on the page", key=visit.key)
    except EntrepotError as error:
        if error.http_status >= 500:
            raise
        return _lease(visit, found, error)
    return Move(
        f"/leases/{found.id}", visit.say(N_("The lease was given back; nothing is billed."))
    )


PAGES = (
    Page("GET", "/quotes", quotes, "quote.read"),
    Page("GET", "/quotes/{quote}", quote, "quote.read"),
    Page("POST", "/quotes/{quote}", take, "lease.take"),
    Page("GET", "/leases/{lease}", lease, "lease.read"),
    Page("POST", "/leases/{lease}/start", start, "job.run"),
    Page("POST", "/leases/{lease}/release", release, "lease.take"),
)
