"""The part of the demonstration in which two firms share one device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.faces.cli.follow import follow
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.lease_words import ISOLATIONS
from entrepot.faces.cli.output import Column, money, number, show_table
from entrepot.faces.cli.papers import write_invoice
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.held_device import HeldDevice

NEIGHBOUR, JOB = "neighbour.yaml", "half.yaml"
DEPOSIT = Amount(50_000, HKD)


@dataclass(frozen=True, slots=True)
class Shared:
    """One firm's half.

    Attributes:
        firm: who leased; lease: what; held: the device it lay on.
        job: as it ended; invoice: its bill; papers: where the bill was written.
    """

    firm: r.Firm
    lease: r.Lease
    held: HeldDevice
    job: r.Job
    invoice: r.Invoice
    papers: tuple[str, ...]

    def data(self) -> dict[str, object]:
        """Return it for ``--json``."""
        return {
            "firm_id": self.firm.id,
            "firm": self.firm.name,
            "lease_id": self.lease.id,
            "pool_id": self.held.pool_id,
            "device": self.held.ordinal,
            "milli": self.held.milli,
            "neighbours": self.held.neighbours,
            "isolation": self.lease.isolation,
            "state": self.job.state,
            "invoice": self.invoice.number,
            "total_minor": self.invoice.total_minor,
            "papers": list(self.papers),
        }


def play_shared(app: App, firm: r.Firm) -> list[Shared]:
    """Let two firms lease a half of one device each, run at the same time, and be billed.

    Args:
        app: the exchange of the demonstration.
        firm: the first firm, registered; the second is registered here.
    """
    from entrepot.services import register
    from entrepot.services.run_job import start_job

    neighbour = register.register_firm(app, app.read_firm(app.example(NEIGHBOUR)), "demo:neighbour")
    register.deposit(app, neighbour.id, DEPOSIT, "demonstration", "demo:deposit:neighbour")
    firms = (firm, neighbour)
    leases = [_lease(app, one) for one in firms]
    with app.store.reading() as uow:
        held = [uow.capacity.held(lease.id)[0] for lease in leases]
    jobs = [start_job(app, lease.id) for lease in leases]
    found: list[Shared] = []
    for one, lease, device, job in zip(firms, leases, held, jobs, strict=True):
        step = follow(app, job, quiet=True)
        assert step.invoice is not None
        papers = tuple(str(path) for path in write_invoice(app, step.invoice))
        found.append(Shared(one, lease, device, step.job, step.invoice, papers))
    return found


def _lease(app: App, firm: r.Firm) -> r.Lease:
    from entrepot.services.lease import take_quote
    from entrepot.services.quote import quote_job

    answer = quote_job(app, firm, app.read_job(app.example(JOB)), explain=False)
    return take_quote(app, answer.quote.id, accept_duties=True, key=f"demo:half:{firm.id}")


def show_shared(shared: list[Shared]) -> None:
    """Print which firm had which part of which device, and what it was billed."""
    titles = (N_("firm"), N_("device"))
    columns = [Column(_(title)) for title in titles]
    columns += [Column(_(N_("milli")), True), Column(_(N_("kept apart by")))]
    columns += [Column(_(N_("invoice"))), Column(_(N_("billed")), True)]
    rows = [
        [
            one.firm.name,
            f"{one.held.pool_id}/{one.held.ordinal}",
            number(one.held.milli),
            _(ISOLATIONS[one.lease.isolation]),
            one.invoice.number,
            money(Amount(one.invoice.total_minor, HKD)),
        ]
        for one in shared
    ]
    show_table(columns, rows)
