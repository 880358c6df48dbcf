"""The table of commands: what ``entrepot --help`` prints without importing any of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from entrepot.kernel.text import N_


@dataclass(frozen=True, slots=True)
class Row:
    """One command.

    Attributes:
        name: as typed; the module of that name in this package exposes ``command``.
        section: heading under which the help lists it.
        summary: one short sentence.
    """

    name: str
    section: str
    summary: str

    @property
    def module(self) -> str:
        """Name of the module that holds the command."""
        return f"entrepot.faces.cli.{self.name}"


START = N_("Start")
FIND = N_("Find and buy")
RUN = N_("Run")
PAY = N_("Bill and settle")
WATCH = N_("Verify and operate")

TABLE: tuple[Row, ...] = (
    Row("demo", START, N_("Play a real job through the whole house, in a home of its own.")),
    Row("init", START, N_("Make the home folder: database, keys, a firm and a centre.")),
    Row("version", START, N_("Print the version of the program and of what it stands on.")),
    Row("centres", FIND, N_("List compute centres; measure this machine.")),
    Row("offers", FIND, N_("Search offers of devices; import price lists.")),
    Row("gate", FIND, N_("Say where a job's data and devices may lawfully go.")),
    Row("ask", FIND, N_("Ask the questions that stand between a job and an answer.")),
    Row("vouchers", FIND, N_("Work out what a compute voucher pays, line by line.")),
    Row("sandbox", FIND, N_("Compare tax scenarios and proposed subsidies; nothing is kept.")),
    Row("quote", FIND, N_("Price a job at every permitted place.")),
    Row("auction", FIND, N_("Make up, run and verify calls of the auction.")),
    Row("grid", FIND, N_("Replay, simulate and study work on nodes and centres.")),
    Row("lease", FIND, N_("Take a quote: hold the money and reserve the devices.")),
    Row("launch", RUN, N_("Quote, lease and run a job in one go.")),
    Row("run", RUN, N_("Run the job of a lease at its centre.")),
    Row("jobs", RUN, N_("List jobs, or show one with its outputs.")),
    Row("logs", RUN, N_("Print what a job has written.")),
    Row("cancel", RUN, N_("Stop a job; what it used is billed, the rest released.")),
    Row("usage", PAY, N_("Show the signed usage reports of a lease and what they cost.")),
    Row("plans", PAY, N_("Price plans: tiers, least charges, committed use, credits.")),
    Row("budgets", PAY, N_("Budgets of a month: what is spent, alerts, a hard stop.")),
    Row("invoice", PAY, N_("List invoices, or write one as PDF or JSON.")),
    Row("contracts", PAY, N_("Contracts with firms and centres, and who is bound to whom.")),
    Row("settle", PAY, N_("Pay the centres: net, convert HKD to RMB, pay, match.")),
    Row("fx", PAY, N_("Show rates and the open position; import fixings.")),
    Row("accounts", WATCH, N_("Accounts, roles, tokens, invitations and sessions.")),
    Row("approvals", WATCH, N_("Approve or refuse what another person has proposed.")),
    Row("bank", PAY, N_("Play a bank between two folders, to try out a settlement.")),
    Row("ledger", WATCH, N_("Show accounts and prove that the books balance.")),
    Row("audit", WATCH, N_("Show the journal and prove that nobody edited it.")),
    Row("backends", WATCH, N_("List what runs jobs: this machine, agents, clusters.")),
    Row("agent", WATCH, N_("Enrol, run and watch the programs that run jobs at centres.")),
    Row("db", WATCH, N_("Prove, migrate, back up, restore and move the database.")),
    Row("facts", WATCH, N_("Check and show the facts that the house rests on.")),
    Row("rules", WATCH, N_("Replay decisions, compare days of law, sign rows by two persons.")),
    Row("serve", WATCH, N_("Start the server.")),
)


def available() -> tuple[Row, ...]:
    """Return the rows whose module is installed; a small install may leave one out."""
    present = {path.stem for path in Path(__file__).parent.iterdir()}
    return tuple(row for row in TABLE if row.name in present)
