"""Operations from a job to its lease: quotes and leases."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec

from entrepot.client import shapes as s
from entrepot.faces.api import owners
from entrepot.faces.api.operation import Call, Operation
from entrepot.faces.api.paging import Page, PageOf, page_of
from entrepot.faces.api.refusals import malformed
from entrepot.faces.api.wire import encode, plain
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.firms import the_firm
from entrepot.services.lease import release_lease, take_quote, the_lease
from entrepot.services.quote import Answer, quote_job

JOB: Mapping[str, object] = {
    "job": "hello",
    "run": {"command": ["python3", "-c", "print('hello')"]},
    "resources": {"device": "CPU", "isolation": "exclusive"},
    "duration": "1m",
    "data": {"from": "HK", "collected_in": ["HK"], "leg_persons": 0, "leg_sensitive": 0},
    "placement": {"end_use": "commercial"},
}
FILES_BODY_MAX = 18 * 1024 * 1024
_TAG = "Quotes and leases"


def make_quote(call: Call[s.AskQuote, Any]) -> s.QuoteOut:
    """Price a job."""
    asked = call.body
    firm = the_firm(call.app, owners.asking(call.principal, asked.firm_id))
    job = call.app.read_sent_job(_text(asked), _files(asked.files), firm.id)
    answer = quote_job(
        call.app,
        firm,
        job,
        explain=asked.explain,
        removed_max=200,
        candidates_max=asked.candidates_max,
        key=call.key,
    )
    return _answer(answer, asked.explain)


def _text(asked: s.AskQuote) -> bytes:
    if (asked.job is None) == (asked.yaml is None):
        raise Invalid(
            "quote.job",
            N_("Send the job either as job or as yaml."),
            hint=N_("job is the job file as JSON, yaml its text."),
            fields={"job": "one of job and yaml"},
        )
    return asked.yaml.encode() if asked.yaml is not None else encode(asked.job)


def _files(sent: Sequence[s.SentFile]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for file in sent:
        try:
            found[file.name] = base64.b64decode(file.content, validate=True)
        except (binascii.Error, ValueError) as error:
            raise malformed("files", f"{file.name[:60]} is not in base64") from error
    if len(found) < len(sent) or sum(map(len, found.values())) > s.FILES_BYTES_MAX:
        raise malformed("files", "a name comes twice, or the files are too large together")
    return found


def _answer(answer: Answer, explain: bool) -> s.QuoteOut:
    left_out = [
        {
            "offer_id": one.offer.id,
            "centre_id": one.offer.centre_id,
            "device": one.offer.device_name,
            "filter": one.filter.value,
            "reason": one.reason.render(),
        }
        for one in answer.removed
    ]
    relaxed = [
        {"filter": one.filter.value, "admits": one.admits, "text": one.render()}
        for one in answer.relaxations
    ]
    places = [cast("s.Plain", plain(place)) for place in answer.places] if explain else []
    return quote_out(answer.quote, places, cast("list[s.Plain]", left_out), relaxed)


def quote_out(
    quote: r.Quote,
    places: list[s.Plain] | None = None,
    removed: list[s.Plain] | None = None,
    relaxed: Sequence[s.Plain] = (),
) -> s.QuoteOut:
    """Return a quote as it is sent; where the house keeps files is its own affair."""
    body = cast("dict[str, Any]", quote.body)
    return s.QuoteOut(
        quote.id,
        quote.firm_id,
        quote.created_at,
        quote.valid_until,
        quote.digest,
        body["as_of"],
        _job_out(body["job"]),
        [cast("s.Plain", plain(one)) for one in body["candidates"]],
        body["considered"],
        dict(body["removed"]),
        dict(body["fx_quotes"]),
        body["fx_age_days"],
        body["facts_digest"],
        body["rules_digest"],
        places or [],
        removed or [],
        list(relaxed),
    )


def _job_out(job: Mapping[str, Any]) -> s.Plain:
    run = cast("dict[str, Any]", job["run"])
    files = {name: {"sha256": file["sha256"]} for name, file in run["files"].items()}
    return cast("s.Plain", plain({**job, "run": {**run, "files": files}}))


def read_quote(call: Call[Any, Any]) -> s.QuoteOut:
    """Show a quote."""
    with call.app.store.reading() as uow:
        found = uow.deals.quote(call.path["quote_id"])
    assert found is not None
    return quote_out(found)


def list_quotes(call: Call[Any, Page]) -> PageOf[s.QuoteRow]:
    """List quotes, newest first."""
    with call.app.store.reading() as uow:
        return page_of(call, "quote.list", uow.pages.quotes, lambda one: one.id, _quote_row)


def _quote_row(quote: r.Quote) -> s.QuoteRow:
    candidates = cast("list[dict[str, Any]]", quote.body["candidates"])
    cheapest = candidates[0]["payable_now_minor"] if candidates else None
    job = cast("dict[str, Any]", quote.body["job"])
    when = (quote.created_at, quote.valid_until)
    return s.QuoteRow(quote.id, quote.firm_id, job["name"], *when, len(candidates), cheapest)


def take(call: Call[s.TakeLease, Any]) -> s.LeaseOut:
    """Take a quote."""
    asked = call.body
    lease = take_quote(
        call.app,
        asked.quote_id,
        choice=asked.choice,
        accept_duties=asked.accept_duties,
        key=call.key,
    )
    return lease_out(call.app, lease)


def read_lease(call: Call[Any, Any]) -> s.LeaseOut:
    """Show a lease."""
    return lease_out(call.app, the_lease(call.app, call.path["lease_id"]))


def release(call: Call[s.Release, Any]) -> s.LeaseOut:
    """Give a lease back."""
    lease_id, reason = call.path["lease_id"], call.body.reason
    return lease_out(call.app, release_lease(call.app, lease_id, reason=reason, key=call.key))


def list_leases(call: Call[Any, Page]) -> PageOf[s.LeaseOut]:
    """List leases, newest first; their devices and duties are shown one by one."""
    with call.app.store.reading() as uow:
        return page_of(call, "lease.list", uow.pages.leases, lambda one: one.id, _lease_row)


def _lease_row(lease: r.Lease) -> s.LeaseOut:
    return s.LeaseOut(
        lease.id,
        lease.quote_id,
        lease.firm_id,
        lease.centre_id,
        lease.pool_id,
        lease.offer_id,
        lease.state,
        lease.milli_devices,
        lease.isolation,
        lease.duration_s,
        lease.created_at,
        lease.start_by,
        lease.hold_minor,
        cast("s.Plain", plain(lease.choice)),
    )


def lease_out(app: App, lease: r.Lease) -> s.LeaseOut:
    """Return a lease with its devices and duties."""
    with app.store.reading() as uow:
        tasks, held = uow.deals.tasks(lease.id), uow.capacity.held(lease.id)
    return msgspec.structs.replace(
        _lease_row(lease),
        tasks=[s.TaskOut(t.id, t.duty, t.title, t.due_on, t.done_at) for t in tasks],
        devices=[s.DeviceOut(d.pool_id, d.ordinal, d.milli, d.neighbours) for d in held],
    )


_QUOTE = "/api/v1/quotes"
_LEASE = "/api/v1/leases"
_Q = {"quote_id": "Q-01JD8Z3N5V6W7X8Y9ZABCDEFGH", "choice": 1, "accept_duties": True}

OPERATIONS = (
    Operation(
        "quote.make", "POST", _QUOTE, "Price a job at every permitted place", _TAG, make_quote,
        s.QuoteOut, "quote.make", owners.asking_firm, request=s.AskQuote, status=201,
        body_max=FILES_BODY_MAX, timeout_s=60, example={"job": dict(JOB)},
    ),
    Operation(
        "quote.list", "GET", _QUOTE, "List quotes", _TAG, list_quotes, s.QuoteRow, "quote.read",
        noun="quote", query=Page, listed=True,
    ),
    Operation(
        "quote.read", "GET", _QUOTE + "/{quote_id}", "Show a quote", _TAG, read_quote,
        s.QuoteOut, "quote.read", owners.quote,
    ),
    Operation(
        "lease.take", "POST", _LEASE, "Take a quote: hold money, devices, vouchers, duties", _TAG,
        take, s.LeaseOut, "lease.take", owners.quote_taken, request=s.TakeLease, status=201,
        example=_Q,
    ),
    Operation(
        "lease.list", "GET", _LEASE, "List leases", _TAG, list_leases, s.LeaseOut, "lease.read",
        noun="lease", query=Page, listed=True,
    ),
    Operation(
        "lease.read", "GET", _LEASE + "/{lease_id}", "Show a lease with devices and duties", _TAG,
        read_lease, s.LeaseOut, "lease.read", owners.lease,
    ),
    Operation(
        "lease.release", "POST", _LEASE + "/{lease_id}/release", "Give back an unused lease", _TAG,
        release, s.LeaseOut, "lease.take", owners.lease, request=s.Release,
        example={"reason": "plans have changed"},
    ),
)  # fmt: skip
"""Quotes and leases."""
