"""The exchange as a typed object for programs.

>>> from entrepot.client.exchange import Exchange
>>> exchange = Exchange("https://exchange.example", token="ent_…")
>>> exchange.address
'https://exchange.example'
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from entrepot.client import shapes as s
from entrepot.client import shapes_house as h
from entrepot.client import shapes_money as m
from entrepot.client.transport import Server, Transport

T = TypeVar("T")
OVER = frozenset({"succeeded", "failed", "cancelled", "timed_out", "lost"})
"""States of a job after which nothing more happens to it but its bill."""


class Exchange:
    """A server of the exchange.

    Every method returns a typed value, or raises the error that the same act raises on the command
    line: ``NotFound``, ``Refused``, ``Conflict``, ``Invalid``, ``Fault``. A write takes ``key``;
    under the same key it is done once, however often it is sent.

    Args:
        address: ``https://exchange.example``.
        token: of the account.
        timeout_s: longest silence of the server.
        tries: how often a request is sent at most.
        pause: waits some seconds.
    """

    def __init__(
        self,
        address: str,
        token: str = "",
        *,
        timeout_s: int = 90,
        tries: int = 4,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.address, self._pause = address, pause
        self._transport = Transport(Server(address, token, timeout_s, tries), pause)

    def __enter__(self) -> Exchange:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    # Quotes and leases

    def quote(
        self,
        job: Mapping[str, object] | str,
        files: Mapping[str, bytes] | None = None,
        *,
        firm_id: str | None = None,
        candidates_max: int = 20,
        explain: bool = False,
        key: str | None = None,
    ) -> s.QuoteOut:
        """Price a job at every permitted place.

        Args:
            job: the job file as values, or as its text.
            files: name in ``run.files`` → content.
            firm_id: who asks; needed by whoever acts for several firms.
            candidates_max: most candidates in the quote; explain: also say what was left out.
        """
        sent = [
            s.SentFile(name, base64.b64encode(data).decode())
            for name, data in (files or {}).items()
        ]
        text = job if isinstance(job, str) else None
        plain = None if isinstance(job, str) else dict(job)
        asked = s.AskQuote(plain, text, firm_id, sent, candidates_max, explain)
        return self._post("quotes", asked, s.QuoteOut, key)

    def get_quote(self, quote_id: str) -> s.QuoteOut:
        """Return a quote."""
        return self._get(f"quotes/{quote(quote_id)}", s.QuoteOut)

    def quotes(self) -> Iterator[s.QuoteRow]:
        """Yield quotes, newest first."""
        return self._all("quotes", s.QuoteRow)

    def lease(
        self, quote_id: str, *, choice: int = 1, accept_duties: bool = False, key: str | None = None
    ) -> s.LeaseOut:
        """Take a candidate of a quote, with the duties shown there if they are accepted."""
        return self._post("leases", s.TakeLease(quote_id, choice, accept_duties), s.LeaseOut, key)

    def get_lease(self, lease_id: str) -> s.LeaseOut:
        """Return a lease."""
        return self._get(f"leases/{quote(lease_id)}", s.LeaseOut)

    def leases(self) -> Iterator[s.LeaseOut]:
        """Yield leases, newest first."""
        return self._all("leases", s.LeaseOut)

    def release(self, lease_id: str, reason: str, *, key: str | None = None) -> s.LeaseOut:
        """Give back a lease that has not run."""
        place = f"leases/{quote(lease_id)}/release"
        return self._post(place, s.Release(reason), s.LeaseOut, key)

    # Jobs

    def start(self, lease_id: str, *, key: str | None = None) -> s.JobOut:
        """Start the job of a lease."""
        return self._post("jobs", s.StartJob(lease_id), s.JobOut, key)

    def job(self, job_id: str) -> s.JobOut:
        """Return a job."""
        return self._get(f"jobs/{quote(job_id)}", s.JobOut)

    def jobs(self) -> Iterator[s.JobOut]:
        """Yield jobs, newest first."""
        return self._all("jobs", s.JobOut)

    def wait(self, job_id: str, *, pause_s: int = 1, looks: int = 3_600) -> s.JobOut:
        """Look at a job until it is over and billed, at most ``looks`` times; return it."""
        for _ in range(looks):
            job = self.job(job_id)
            if job.state in OVER and job.invoice:
                return job
            self._pause(pause_s)
        return self.job(job_id)

    def cancel(self, job_id: str, *, key: str | None = None) -> s.JobOut:
        """Ask the centre to stop a job; what it used is billed."""
        return self._post(f"jobs/{quote(job_id)}/cancel", m.Nothing(), s.JobOut, key)

    def log(self, job_id: str, offset: int = 0) -> s.LogOut:
        """Return a piece of a job's log."""
        return self._get(f"jobs/{quote(job_id)}/log?offset={offset}", s.LogOut)

    def output(self, job_id: str, name: str) -> bytes:
        """Return a released output."""
        place = f"/api/v1/jobs/{quote(job_id)}/output?{urlencode({'name': name})}"
        return self._transport.ask("GET", place)

    def usage(self, job_id: str) -> s.JobUsage:
        """Return what a job has used, by signed reports."""
        return self._get(f"jobs/{quote(job_id)}/usage", s.JobUsage)

    # Money

    def firms(self) -> Iterator[m.FirmOut]:
        """Yield the firms that one may see."""
        return self._all("firms", m.FirmOut)

    def balance(self, firm_id: str) -> m.BalanceOut:
        """Return the prepaid account of a firm."""
        return self._get(f"firms/{quote(firm_id)}/balance", m.BalanceOut)

    def invoices(self) -> Iterator[m.InvoiceRow]:
        """Yield bills of jobs, newest first."""
        return self._all("invoices", m.InvoiceRow)

    def invoice(self, number: str) -> m.InvoiceOut:
        """Return a bill, month's invoice or credit note."""
        return self._get(f"invoices/{quote(number)}", m.InvoiceOut)

    def invoice_pdf(self, number: str, lang: str = "zh-Hant") -> bytes:
        """Return a paper as PDF, its Chinese half in ``zh-Hant`` or ``zh-Hans``."""
        return self._transport.ask("GET", f"/api/v1/invoices/{quote(number)}/pdf?lang={lang}")

    def vouchers(self) -> Iterator[m.VoucherOut]:
        """Yield what programmes keep for leases."""
        return self._all("vouchers", m.VoucherOut)

    def claims(self) -> Iterator[m.ClaimOut]:
        """Yield claims, newest first."""
        return self._all("claims", m.ClaimOut)

    def claim(
        self,
        invoice: str,
        programme: str,
        facts: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
    ) -> m.ClaimOut:
        """Apply for a voucher on a paid bill."""
        asked = m.AskClaim(invoice, programme, dict(facts or {}))
        return self._post("claims", asked, m.ClaimOut, key)

    def grant_claim(
        self, claim_id: str, amount_minor: int | None = None, *, key: str | None = None
    ) -> m.ClaimOut:
        """Grant a claim as its authority, whole or in part."""
        place = f"claims/{quote(claim_id)}/grant"
        return self._post(place, m.GrantClaim(amount_minor), m.ClaimOut, key)

    def refuse_claim(self, claim_id: str, reason: str, *, key: str | None = None) -> m.ClaimOut:
        """Refuse a claim as its authority."""
        place = f"claims/{quote(claim_id)}/refuse"
        return self._post(place, m.Because(reason), m.ClaimOut, key)

    # Centres and the house

    def centres(self) -> Iterator[h.CentreOut]:
        """Yield one's own centres."""
        return self._all("centres", h.CentreOut)

    def pools(self, centre_id: str) -> list[h.PoolOut]:
        """Return the pools of a centre."""
        return self._get(f"centres/{quote(centre_id)}/pools", list[h.PoolOut])

    def offers(self, centre_id: str) -> list[h.OfferOut]:
        """Return the standing asks of a centre."""
        return self._get(f"centres/{quote(centre_id)}/offers", list[h.OfferOut])

    def assignments(self) -> Iterator[h.WorkOut]:
        """Yield jobs at one's centres, without their tenants."""
        return self._all("assignments", h.WorkOut)

    def statements(self) -> Iterator[h.StatementOut]:
        """Yield monthly statements to one's centres."""
        return self._all("statements", h.StatementOut)

    def settle(self, *centres: str, bank: str = "none", key: str | None = None) -> h.SettlementRun:
        """Net what centres are owed and order its payment; none named means all."""
        asked = h.RunSettlement(list(centres), bank)
        return self._post("settlements", asked, h.SettlementRun, key)

    def batches(self) -> Iterator[h.BatchOut]:
        """Yield settlement batches, newest first."""
        return self._all("settlements", h.BatchOut)

    def approvals(self) -> list[h.ProposalOut]:
        """Return what waits for a second person."""
        return self._get("approvals", list[h.ProposalOut])

    def approve(self, proposal_id: str, *, key: str | None = None) -> h.ProposalOut:
        """Approve a proposal as the second person."""
        place = f"approvals/{quote(proposal_id)}/approve"
        return self._post(place, m.Nothing(), h.ProposalOut, key)

    def journal(self) -> Iterator[h.EntryOut]:
        """Yield the journal, oldest entry first."""
        return self._all("journal", h.EntryOut)

    def prove_journal(self) -> h.ProofOut:
        """Prove the journal."""
        return self._get("proofs/journal", h.ProofOut)

    def prove_ledger(self) -> h.ProofOut:
        """Prove the books."""
        return self._get("proofs/ledger", h.ProofOut)

    def feed(self, after: int | None = None) -> Iterator[h.FeedEvent]:
        """Yield entries of the journal that bear on one's own things, until the server ends it.

        Args:
            after: number of the last entry that was seen; None begins with what comes now.
        """
        more = {} if after is None else {"Last-Event-ID": str(after)}
        for line in self._transport.lines("/api/v1/feed", more):
            if line.startswith(b"data: "):
                yield msgspec.json.decode(line[6:], type=h.FeedEvent)

    def _get(self, place: str, kind: type[T]) -> T:
        return msgspec.json.decode(self._transport.ask("GET", f"/api/v1/{place}"), type=kind)

    def _post(self, place: str, asked: object, kind: type[T], key: str | None) -> T:
        body = msgspec.json.encode(asked)
        answer = self._transport.ask("POST", f"/api/v1/{place}", body, key)
        return msgspec.json.decode(answer, type=kind)

    def _all(self, place: str, kind: type[T]) -> Iterator[T]:
        cursor: str | None = ""
        while cursor is not None:
            query = urlencode({"limit": 200, "cursor": cursor})
            page = self._get(f"{place}?{query}", s.PageOf[kind])  # type: ignore[valid-type]
            yield from page.items
            cursor = page.next
