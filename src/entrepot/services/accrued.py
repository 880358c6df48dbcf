"""Lines charged beside the bills of jobs: booked at once, put on paper or paid later.

A line waits in ``unbilled:F``: a debit there is charged and not yet invoiced, a credit is owed to
the firm. From there the invoice of a month takes it, or, for a firm that is not billed by the
month, its prepaid money does::

    unbilled:F             = Σ open lines of F
    revenue + spread + tax = Σ bills + Σ lines − Σ credit notes
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from entrepot.domain.contracts.agreement import Billing, State, covers
from entrepot.kernel import ids
from entrepot.kernel.money import CNH, HKD, Asset
from entrepot.kernel.period import local_day
from entrepot.services.ports_metering import Accrued
from entrepot.services.ports_settlement import Debt
from entrepot.services.postings import Entry, open_accounts, transfers_of

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_contracts import UserContract

PREPAID = "prepaid"
"""What takes a line that prepaid money settles."""

CORRECTION = "correction"


def book_accrued(app: App, uow: UnitOfWork, line: Accrued) -> None:
    """Keep a line and book it: both sides of it, the firm's and the centre's.

    What the centre is owed more, or less, becomes a debt that its next settlement takes along.
    """
    uow.metering.add_accrued(line)
    cause = f"accrued:{line.id}"
    transfers = transfers_of(_entries(line), lambda: app.ids.new(ids.TRANSFER), cause)
    if transfers:
        open_accounts(uow.ledger, transfers)
        uow.ledger.post(transfers)
    if line.centre_id and (line.centre_minor or line.carrying_minor):
        uow.settling.add_debt(
            Debt(
                app.ids.new(ids.DEBT),
                line.centre_id,
                line.id,
                CORRECTION,
                line.made_at,
                line.centre_minor,
                line.carrying_minor,
                None,
            )
        )


def charge_on_paper(
    app: App, uow: UnitOfWork, firm_id: str, paper_id: str, due_minor: int
) -> list[Accrued]:
    """Put all open lines of a firm on a paper, once, and book what it asks for them.

    ``receivable`` grows by Σ amount, ``unbilled`` falls by it. Where the lines give back more than
    is due on the paper, they go to the prepaid money of the firm and not on the paper.

    Args:
        app: the exchange; uow: the transaction of the paper.
        firm_id: whose lines.
        paper_id: id of the paper.
        due_minor: HKD cents that the paper asks for without them.

    Returns:
        The lines on the paper, in order of booking; their amounts are not yet on it.
    """
    lines = uow.metering.accrued(firm_id=firm_id, open_only=True)
    minor = sum(line.amount_minor for line in lines)
    if due_minor + minor < 0:
        _settle(app, uow, lines, f"prepaid:{firm_id}", PREPAID)
        return []
    _settle(app, uow, lines, f"receivable:{firm_id}", paper_id)
    return lines


def settle_prepaid(app: App, uow: UnitOfWork, firm_id: str, now: int) -> int:
    """Settle open lines of a firm by its prepaid money; return how many were settled.

    Credits are given back first. A charge that the money does not cover waits; a firm billed by
    the month is left alone.
    """
    contract = contract_on(uow, firm_id, now)
    if contract is not None and contract.billing == Billing.MONTHLY:
        return 0
    count = 0
    lines = uow.metering.accrued(firm_id=firm_id, open_only=True)
    for line in sorted(lines, key=lambda one: (one.amount_minor >= 0, one.number)):
        free = uow.ledger.balance(f"prepaid:{firm_id}").credit_free
        if line.amount_minor > free:
            continue
        count += _settle(app, uow, [line], f"prepaid:{firm_id}", PREPAID)
    return count


def prepaid_can_settle(uow: UnitOfWork, firm_id: str, now: int) -> list[str]:
    """Return the ids of open lines that prepaid money could settle now; see above."""
    contract = contract_on(uow, firm_id, now)
    if contract is not None and contract.billing == Billing.MONTHLY:
        return []
    free = uow.ledger.balance(f"prepaid:{firm_id}").credit_free
    lines = uow.metering.accrued(firm_id=firm_id, open_only=True)
    return [line.id for line in lines if line.amount_minor <= free]


def contract_on(uow: UnitOfWork, firm_id: str, now: int) -> UserContract | None:
    """Return the user contract of a firm in force; None if it has none yet."""
    day = local_day(now)
    found = [
        one
        for one in uow.contracts.users(firm_id)
        if one.state == State.ACTIVE and covers(one.from_day, one.to_day, day)
    ]
    return max(found, key=lambda one: (not one.standing, one.id), default=None)


def accrued_minor(uow: UnitOfWork) -> int:
    """Return HKD cents that accrued lines have booked as income and tax in all."""
    return sum(line.amount_minor for line in uow.metering.accrued())


def accrued_problems(uow: UnitOfWork) -> list[str]:
    """Return one sentence a problem of accrued lines; none means proven."""
    problems: list[str] = []
    lines = uow.metering.accrued()
    for firm in uow.registry.firms():
        mine = [line for line in lines if line.firm_id == firm.id]
        found = uow.ledger.balance(f"unbilled:{firm.id}").debit_net
        wanted = sum(line.amount_minor for line in mine if line.taken_by is None)
        if found != wanted:
            problems.append(
                f"firm {firm.id}: {found} cents stand as not invoiced, open lines say {wanted}"
            )
    if [line.number for line in lines] != list(range(1, len(lines) + 1)):
        problems.append("accrued lines: their numbers have a gap or a double")
    return problems


def _settle(
    app: App, uow: UnitOfWork, lines: Sequence[Accrued], account: str, taken_by: str
) -> int:
    """Move lines from ``unbilled`` to an account and write what took them."""
    for line in lines:
        owed = f"unbilled:{line.firm_id}"
        entry = _either_way(account, owed, line.amount_minor, HKD, "accrued")
        cause = f"accrued:{line.id}:taken"
        transfers = transfers_of([entry], lambda: app.ids.new(ids.TRANSFER), cause)
        if transfers:
            open_accounts(uow.ledger, transfers)
            uow.ledger.post(transfers)
    return uow.metering.take_accrued([line.id for line in lines], taken_by)


def _entries(line: Accrued) -> Sequence[Entry]:
    owed = f"unbilled:{line.firm_id}"
    revenue = line.amount_minor - line.spread_minor - line.tax_minor
    code = "plan" if line.kind == "plan" else CORRECTION
    entries = [
        _either_way(owed, "revenue", revenue, HKD, code),
        _either_way(owed, "spread_income", line.spread_minor, HKD, code),
        _either_way(owed, "tax", line.tax_minor, HKD, code),
    ]
    if line.centre_id:
        payable = f"payable:{line.centre_id}"
        entries += [
            _either_way("cost_of_compute", "fx_clearing_hkd", line.carrying_minor, HKD, code),
            _either_way("fx_clearing_cnh", payable, line.centre_minor, CNH, code),
        ]
    return entries


def _either_way(debit: str, credit: str, minor: int, asset: Asset, code: str) -> Entry:
    if minor < 0:
        return Entry(credit, debit, -minor, asset, code)
    return Entry(debit, credit, minor, asset, code)
