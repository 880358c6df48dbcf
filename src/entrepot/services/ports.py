"""Ports: what the services ask of the world, as Protocols.

Adapters implement them; the roof (:mod:`entrepot.bootstrap`) joins the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from entrepot.domain.ledger.model import Account, Balance, Transfer
from entrepot.services import records as r
from entrepot.services.held_device import HeldDevice
from entrepot.services.ports_agents import WithAgents
from entrepot.services.ports_budgets import WithBudgets
from entrepot.services.ports_claims import ClaimBook
from entrepot.services.ports_contracts import WithContracts
from entrepot.services.ports_decisions import WithDecisions
from entrepot.services.ports_elastic import WithElastic
from entrepot.services.ports_fx import WithFx
from entrepot.services.ports_gate_records import WithGateRecords
from entrepot.services.ports_identity import WithAccounts
from entrepot.services.ports_identity_links import WithLinks
from entrepot.services.ports_leases import WithLeases
from entrepot.services.ports_market import WithMarket
from entrepot.services.ports_metering import WithMetering
from entrepot.services.ports_pages import WithPages
from entrepot.services.ports_settlement import WithSettlement
from entrepot.services.ports_vouchers import VoucherBook


class Clock(Protocol):
    """Time of day; the only way a service learns it."""

    def now(self) -> int:
        """Return the Unix second."""
        ...


class Ids(Protocol):
    """Maker of sortable ids."""

    def new(self, prefix: str) -> str:
        """Return a fresh id of the given kind."""
        ...


class StatementRow(Protocol):
    """One transfer as an account sees it; amounts are minor units."""

    @property
    def seq(self) -> int:
        """Number of the transfer in the books."""
        ...

    @property
    def transfer(self) -> Transfer:
        """The transfer."""
        ...

    @property
    def debit(self) -> int:
        """Posted to the debit side of the account."""
        ...

    @property
    def credit(self) -> int:
        """Posted to its credit side."""
        ...

    @property
    def debit_net(self) -> int:
        """Posted debits less credits of the account after the line."""
        ...


class Ledger(Protocol):
    """Double-entry books inside a unit of work."""

    def account(self, code: str) -> Account | None:
        """Return an account, or None if it was never opened."""
        ...

    def accounts(self) -> list[Account]:
        """Return all accounts in the order of opening."""
        ...

    def balances(self) -> dict[str, Balance]:
        """Return code → balance of all accounts."""
        ...

    def balance_at(self, code: str, t: int) -> Balance:
        """Return the balance of an account as of the end of a Unix second, by replay."""
        ...

    def posted_at(self, t: int) -> dict[str, Balance]:
        """Return code → what was posted by the end of a Unix second, without held parts."""
        ...

    def transfers(
        self, account: str | None = None, *, after: int = 0, limit: int | None = None
    ) -> list[tuple[int, Transfer]]:
        """Return (number, transfer) in the order of booking, of one account or of all."""
        ...

    def statement(self, code: str, start: int, end: int) -> Sequence[StatementRow]:
        """Return the lines of an account booked in [start, end) Unix seconds."""
        ...

    def open_holds(self, account: str | None = None) -> list[Transfer]:
        """Return the holds that nothing has resolved, of one account or of all."""
        ...

    def ensure_account(
        self,
        code: str,
        asset: str | None = None,
        *,
        debit_bound: bool | None = None,
        credit_bound: bool | None = None,
    ) -> Account:
        """Return the account, opened as the chart describes it if need be."""
        ...

    def balance(self, code: str) -> Balance:
        """Return the four totals of an account; zeros if it was never opened."""
        ...

    def differences(self) -> Sequence[tuple[str, Balance, Balance]]:
        """Return (account, balance by its transfers, balance as kept) where the two differ."""
        ...

    def rebuild(self) -> Sequence[tuple[str, Balance, Balance]]:
        """Put the balances by the transfers in place of those kept; return what differed."""
        ...

    def post(self, transfers: Sequence[Transfer]) -> object:
        """Post all transfers as one batch, or raise and post none."""
        ...

    def transfers_of_cause(self, cause: str) -> list[Transfer]:
        """Return the transfers of one business fact in order of booking."""
        ...


class Registry(Protocol):
    """Firms, centres, pools, offers, instruments."""

    def add_firm(self, firm: r.Firm) -> None:
        """Keep a new firm."""
        ...

    def firm(self, firm_id: str) -> r.Firm | None:
        """Return a firm by id."""
        ...

    def firms(self) -> list[r.Firm]:
        """Return all firms in order of id."""
        ...

    def add_centre(self, centre: r.Centre) -> None:
        """Keep a new centre."""
        ...

    def centre(self, centre_id: str) -> r.Centre | None:
        """Return a centre under contract."""
        ...

    def centres(self) -> list[r.Centre]:
        """Return all centres under contract."""
        ...

    def add_pool(self, pool: r.Pool) -> None:
        """Keep a pool and its empty devices."""
        ...

    def pool(self, pool_id: str) -> r.Pool | None:
        """Return a pool."""
        ...

    def pools(self) -> list[r.Pool]:
        """Return all pools."""
        ...

    def rate_pool(self, pool_id: str, ratings: Sequence[r.Body]) -> None:
        """Replace the ratings of a pool."""
        ...

    def free_milli(self) -> dict[str, tuple[int, int]]:
        """Return pool id → (wholly free devices, most free milli of one device)."""
        ...

    def add_offers(self, offers: Sequence[r.PostedOffer]) -> None:
        """Keep posted offers."""
        ...

    def offer(self, offer_id: str) -> r.PostedOffer | None:
        """Return a posted offer."""
        ...

    def offers(self) -> list[r.PostedOffer]:
        """Return all posted offers."""
        ...

    def add_market_offers(self, rows: Sequence[tuple[str, str, r.Body]]) -> int:
        """Keep imported list prices as (id, source, body); return how many are new."""
        ...

    def market_offers(self, ids: Sequence[str] | None = None) -> list[tuple[str, str, r.Body]]:
        """Return imported list prices in order of id: all, or those of ``ids``."""
        ...

    def market_heads(self) -> list[tuple[str, tuple[str, str, str | None, str | None]]]:
        """Return of all imported list prices (id, (device id, device name, from, to))."""
        ...

    def add_instrument(self, instrument: r.Instrument) -> None:
        """Keep an instrument."""
        ...

    def instruments(self, firm_id: str) -> list[r.Instrument]:
        """Return the firm's instruments."""
        ...

    def end_instrument(self, instrument_id: str, to_day: str) -> None:
        """Write the first day without force of an instrument that somebody ends."""
        ...

    def update_instrument(self, instrument: r.Instrument) -> None:
        """Write the state, the days and the reference of an instrument."""
        ...


class Capacity(Protocol):
    """Stock of devices; every change is one conditional update."""

    def reserve(
        self,
        lease_id: str,
        pool_id: str,
        milli_devices: int,
        exclusive: bool,
        isolation: str = "",
    ) -> bool:
        """Take devices for a lease; False when they were sold meanwhile.

        With ``isolation`` a share lies beside leases that are kept apart in the same way alone.
        """
        ...

    def release(self, lease_id: str) -> None:
        """Give back what the lease holds; nothing if it holds nothing."""
        ...

    def held(self, lease_id: str) -> tuple[HeldDevice, ...]:
        """Return the devices that a lease holds, by number; none once they are given back."""
        ...

    def holders(self) -> frozenset[str]:
        """Return the ids of the leases that hold devices."""
        ...

    def oversold(self) -> list[str]:
        """Return a sentence for each device whose leases exceed it."""
        ...


class Deals(Protocol):
    """Quotes, leases, jobs, usage, invoices, duties."""

    def add_quote(self, quote: r.Quote) -> None:
        """Keep a quote."""
        ...

    def quote(self, quote_id: str) -> r.Quote | None:
        """Return a quote."""
        ...

    def quotes(self) -> list[r.Quote]:
        """Return all quotes, newest first."""
        ...

    def add_lease(self, lease: r.Lease) -> None:
        """Keep a lease; its quote can be taken once."""
        ...

    def lease(self, lease_id: str) -> r.Lease | None:
        """Return a lease."""
        ...

    def lease_of_quote(self, quote_id: str) -> r.Lease | None:
        """Return the lease that took a quote."""
        ...

    def leases(self, states: Sequence[str] = ()) -> list[r.Lease]:
        """Return leases, of the states given, newest first."""
        ...

    def set_lease(self, lease_id: str, before: str, after: str) -> bool:
        """Move a lease from one state to another; False if it was in neither."""
        ...

    def add_job(self, job: r.Job) -> None:
        """Keep a job; a lease has one."""
        ...

    def job(self, job_id: str) -> r.Job | None:
        """Return a job."""
        ...

    def job_of_lease(self, lease_id: str) -> r.Job | None:
        """Return the job of a lease."""
        ...

    def jobs(self, states: Sequence[str] = ()) -> list[r.Job]:
        """Return jobs, newest first."""
        ...

    def update_job(self, job: r.Job) -> None:
        """Write the state, times, outcome and outputs of a job."""
        ...

    def add_usage(self, event: r.UsageEvent) -> bool:
        """Keep a usage event; False if (source, id) is known."""
        ...

    def usage(self, lease_id: str | None = None) -> list[r.UsageEvent]:
        """Return usage events in order of lease and sequence."""
        ...

    def next_invoice_seq(self, branch: str, year: int) -> int:
        """Take the next number of the branch and year, without gap."""
        ...

    def add_invoice(self, invoice: r.Invoice) -> None:
        """Keep an invoice; a job has one."""
        ...

    def invoice(self, number_or_id: str) -> r.Invoice | None:
        """Return an invoice by number or id."""
        ...

    def invoice_of_job(self, job_id: str) -> r.Invoice | None:
        """Return the invoice of a job."""
        ...

    def invoices(self) -> list[r.Invoice]:
        """Return all invoices in order of number."""
        ...

    def add_task(self, task: r.DutyTask) -> None:
        """Keep a duty with a due day."""
        ...

    def tasks(self, lease_id: str | None = None) -> list[r.DutyTask]:
        """Return duties in order of due day."""
        ...

    def close_task(self, task_id: str, done_at: int) -> bool:
        """Mark a duty as done; False if it is unknown or done."""
        ...


class Settlements(Protocol):
    """Netting batches and what the bank said."""

    def add_batch(self, batch: r.Batch, invoice_ids: Sequence[str]) -> None:
        """Keep a batch and bind its members; an invoice is in one live batch at most."""
        ...

    def batch(self, batch_id: str) -> r.Batch | None:
        """Return a batch."""
        ...

    def batches(self, states: Sequence[str] = ()) -> list[r.Batch]:
        """Return batches, newest first."""
        ...

    def update_batch(self, batch: r.Batch) -> None:
        """Write the state and bank details of a batch."""
        ...

    def free_members(self, batch_id: str) -> None:
        """Let the members of a failed batch go to another."""
        ...

    def open_invoices(self, centre_id: str) -> list[r.Invoice]:
        """Return invoices of a centre that no live batch holds and that owe it money."""
        ...


class UnitOfWork(
    WithAgents,
    WithDecisions,
    WithGateRecords,
    WithSettlement,
    WithFx,
    WithContracts,
    WithMetering,
    WithMarket,
    WithPages,
    WithElastic,
    WithLeases,
    WithAccounts,
    WithLinks,
    WithBudgets,
    Protocol,
):
    """One transaction over everything kept."""

    @property
    def ledger(self) -> Ledger:
        """The books."""
        ...

    @property
    def registry(self) -> Registry:
        """Firms, centres, offers."""
        ...

    @property
    def capacity(self) -> Capacity:
        """Devices."""
        ...

    @property
    def deals(self) -> Deals:
        """Quotes to invoices."""
        ...

    @property
    def settlements(self) -> Settlements:
        """Batches."""
        ...

    @property
    def vouchers(self) -> VoucherBook:
        """Caps and funds."""
        ...

    @property
    def claims(self) -> ClaimBook:
        """Claims on programmes."""
        ...

    def journal_head(self) -> str:
        """Return the hash at the head of the journal's chain."""
        ...


Action = Callable[[UnitOfWork], Mapping[str, object]]
T = TypeVar("T")


class Store(Protocol):
    """The database, as transactions."""

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """Open a consistent view for reading."""
        ...

    def command(
        self, actor: str, name: str, key: str, body: r.Body, now: int, action: Action
    ) -> Mapping[str, object]:
        """Run ``action`` and journal it in one transaction, once a key.

        The same key and body give the first answer again; the same key with another body
        is refused.
        """
        ...

    def note(self, action: Callable[[UnitOfWork], T]) -> T:
        """Run ``action`` in a transaction without the journal: what was heard, never money."""
        ...

    def check_ledger(self) -> list[str]:
        """Prove the books; return one sentence a problem."""
        ...

    def verify_journal(self) -> list[str]:
        """Prove the journal; return one sentence a problem."""
        ...

    def ledger_counts(self) -> Mapping[str, int]:
        """Return how many accounts, transfers and batches the books hold."""
        ...

    def journal_entries(self, limit: int) -> list[r.Body]:
        """Return the newest journal entries, newest first."""
        ...

    def journal_entry(self, seq: int) -> r.Body | None:
        """Return the journal entry of a number, or None."""
        ...

    def journal_head(self) -> r.Body:
        """Return home, number, time and hash of the journal's last entry."""
        ...
