"""Where each command runs when ``--server`` is given, and which right it asks for there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Where = Literal["server", "here", "desk"]


@dataclass(frozen=True, slots=True)
class Route:
    """How a command is done for somebody at another machine.

    Attributes:
        where: ``server``; ``here``, on the machine where it is typed, since it asks nothing of a
            home; ``desk``, only on the machine of the exchange itself.
        action: right that it asks for, by :mod:`entrepot.domain.access.table`.
        own: whether who has the right for a part of the house may ask for that part, by the ids
            and the firm that the words name; otherwise only who has it for the whole house.
        seen: whether it lists, so that such a person is shown what the firm may see.
        keeps: whether the files that are sent stay until a job has run.
    """

    where: Where
    action: str = ""
    own: bool = False
    seen: bool = False
    keeps: bool = False


_HERE = """
version; demo; serve; centres measure; bank simulate; agent enrol; agent run
gate decide; gate facts; gate explain
vouchers entitle; vouchers list; vouchers show; vouchers simulate
sandbox tax; sandbox vouchers
auction example; auction generate; auction pictures; auction verify
grid geo; grid green; grid replay; grid simulate; grid study
facts check; facts kinds; facts show
rules check; rules diff; rules explain; rules new; rules test
"""
_DESK = (
    "init; backends; accounts token; db check; db copy; db info; db migrate; db restore; db backup"
)

_HOUSE = """
centres list: centre.list; centres show: centre.list; centres add: centre.register
offers list: offer.read; offers search: offer.read; offers show: offer.read
offers import: fact.import
gate counts: decision.read
vouchers fund: fund.read
auction list: auction.read; auction show: auction.read; auction results: auction.read
auction open: auction.open; auction close: auction.close; auction run: auction.close
auction tick: auction.close; auction void: auction.close; auction fail: auction.close
usage close: invoice.issue; usage import: payment.book; usage export: usage.read
usage rerate: invoice.issue; usage lost: credit.propose
plans add: plan.set; plans list: plan.read; plans show: plan.read
invoice credit: credit.propose; invoice focus: export.read; invoice month: invoice.issue
invoice pay: payment.book; invoice remind: reminder.send; invoice write-off: write_off.propose
contracts end: contract.sign; contracts new: contract.sign; contracts sign: contract.sign
contracts trace: ledger.read
settle due: settlement.read; settle entries: settlement.read; settle list: settlement.read
settle show: settlement.read; settle read: settlement.match; settle reconcile: settlement.match
settle match: settlement.match; settle release: settlement.release; settle run: settlement.make
fx exposure: exposure.read; fx import: rate.set; fx rates: rate.read; fx show: rate.read
approvals list: approval.read; approvals show: approval.read
ledger accounts: ledger.read; ledger balance: ledger.read; ledger balance-sheet: ledger.read
ledger check: ledger.read; ledger export: export.read; ledger income: ledger.read
ledger post: ledger.post; ledger rebuild: ledger.post; ledger revalue: ledger.post
ledger statement: ledger.read; ledger trial: ledger.read; ledger deposit: payment.book
accounts list: account.read; accounts show: account.read; accounts sessions: account.read
accounts create: account.make; accounts disable: account.disable; accounts enable: account.make
accounts reset: account.disable; accounts grant: grant.propose; accounts revoke: grant.end
accounts projects: project.read
audit checkpoint: journal.read; audit list: journal.read; audit show: journal.read
audit verify: journal.verify
agent watch: agent.drain
rules decisions: decision.read; rules replay: decision.read; rules reviews: review.read
rules sign: rule.propose; rules withdraw: rule.propose
"""
_OWN = """
gate check: gate.check; gate matrix: gate.check; gate export-odrl: gate.check; ask: gate.check
gate done: duty.close; gate instruments add: instrument.file
gate instruments advance: instrument.file; gate instruments end: instrument.file
gate instruments due: instrument.read; gate instruments list: instrument.read
gate isolation add: data.file; gate isolation end: data.file
gate isolation list: data.read; gate isolation show: data.read
gate manifest add: data.file; gate manifest list: data.read; gate manifest show: data.read
gate mixcheck add: data.file; gate mixcheck list: data.read
vouchers best: voucher.read; vouchers claim: claim.make; vouchers collect: claim.make
vouchers approve: claim.decide; vouchers refuse: claim.decide; vouchers clawback: claim.decide
vouchers pay: claim.pay; vouchers redeem: claim.make; vouchers expire: claim.decide
auction explain: order.read; auction withdraw: order.place; auction resell: order.place;
 auction offer: ask.place
lease take: lease.take; lease show: lease.read; lease extend: lease.take
lease shrink: lease.take; lease leave: lease.take
run: job.run; cancel: job.cancel; logs: log.read
usage show: usage.read; usage lines: usage.read; usage month: usage.read
invoice show: invoice.read; invoice json: invoice.read; invoice pdf: invoice.read
invoice overdue: invoice.read; contracts show: contract.read
contracts statement: statement.read
budgets set: budget.set; budgets end: budget.set; budgets show: budget.read
approvals approve: approval.decide; approvals refuse: approval.decide
approvals withdraw: approval.withdraw; rules approve: rule.sign
accounts invite: member.invite; accounts project: project.make
agent list: agent.read; agent show: agent.read; agent token: agent.enrol
agent drain: agent.drain; agent revoke: agent.revoke
"""
_LISTS = """
jobs: job.read; invoice list: invoice.read; invoice credits: credit.read
contracts list: contract.read; vouchers claims: claim.read; vouchers reserved: voucher.read
gate duties: duty.read; auction notices: order.read; budgets list: budget.read
"""
_KEEPING = """
quote: quote.make; launch: lease.take
auction bid: order.place; auction use: job.run
"""


def _parts(text: str) -> list[str]:
    parts = (part.strip() for line in text.splitlines() for part in line.split(";"))
    return [part for part in parts if part]


def _pairs(text: str) -> list[tuple[str, str]]:
    split = (part.partition(":") for part in _parts(text))
    return [(name.strip(), action.strip()) for name, _, action in split]


ROUTES: Mapping[str, Route] = {
    **{name: Route("here") for name in _parts(_HERE)},
    **{name: Route("desk") for name in _parts(_DESK)},
    **{name: Route("server", action) for name, action in _pairs(_HOUSE)},
    **{name: Route("server", action, own=True) for name, action in _pairs(_OWN)},
    **{name: Route("server", action, own=True, seen=True) for name, action in _pairs(_LISTS)},
    **{name: Route("server", action, own=True, keeps=True) for name, action in _pairs(_KEEPING)},
}
"""Words of a command → its route; a command without one runs nowhere but at its own machine."""
