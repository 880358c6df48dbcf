"""Manual posting: what no job, bill or bank notice books, booked by two persons.

Accounts that stand for other records — what a firm has prepaid, what a bill has charged, what a
centre is owed — are closed to it: a line there would part the books from those records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from entrepot.domain.ledger.chart import account_of
from entrepot.kernel import ids
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Conflict, Invalid, Refused
from entrepot.kernel.money import Amount, asset_of
from entrepot.kernel.text import N_
from entrepot.services.four_eyes import ProposalView, propose
from entrepot.services.four_eyes_acts import Act, act_body
from entrepot.services.postings import Entry, open_accounts, transfers_of
from entrepot.services.records import Body

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_decisions import Proposal

KIND = "manual_posting"
LINES_MAX = 200
CONTROL = frozenset(
    {
        "prepaid",
        "receivable",
        "revenue",
        "spread_income",
        "tax",
        "payable",
        "voucher_receivable",
        "voucher_payable",
        "voucher_owed",
        "fx_clearing_hkd",
        "fx_clearing_cnh",
        "credit_line",
        "credit_lines",
        "bad_debt",
        "unbilled",
    }
)
"""Kinds of account that stand for other records; commands of their own book there."""


@dataclass(frozen=True, slots=True)
class PostingLine:
    """One line: debit and credit by account code, and the amount moved."""

    debit: str
    credit: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class Posting:
    """A manual posting as its file states it.

    Attributes:
        reference: name of the voucher on paper, unique in the books.
        reason: why it is booked.
        lines: booked together or not at all.
    """

    reference: str
    reason: str
    lines: tuple[PostingLine, ...]


def propose_posting(app: App, posting: Posting, key: str) -> ProposalView:
    """Propose a manual posting as the first of two persons.

    Args:
        app: the exchange.
        posting: what to book.
        key: idempotency key.

    Raises:
        Invalid: the chart has no such account, or the assets of a line differ.
        Refused: an account that stands for other records, or a closed one.
        Conflict: the reference is in the books already.
    """
    body: Body = {
        "reason": posting.reason,
        "lines": [
            {
                "debit": line.debit,
                "credit": line.credit,
                "minor": line.amount.minor,
                "asset": line.amount.asset.code,
            }
            for line in posting.lines
        ],
    }
    return propose(app, KIND, posting.reference, body, key)


def cause_of(reference: str) -> str:
    """Return the cause under which a manual posting stands in the books.

    >>> cause_of("MP-7")
    'manual:MP-7'
    """
    return f"manual:{reference}"


def _basis(_app: App, uow: UnitOfWork, subject: str, body: Body) -> str:
    lines = _lines(body)
    if not 0 < len(lines) <= LINES_MAX:
        raise Invalid(
            "posting.lines",
            N_("A manual posting has 1 to {most} lines."),
            hint=N_("Split it into several postings."),
            most=LINES_MAX,
        )
    for line in lines:
        _check_line(uow, line)
    if uow.ledger.transfers_of_cause(cause_of(subject)):
        raise Conflict(
            "posting.known",
            N_("A manual posting {reference} is in the books already."),
            hint=N_("Give this one a reference of its own."),
            reference=subject,
        )
    return digest({"subject": subject, "body": body})


def _check_line(uow: UnitOfWork, line: PostingLine) -> None:
    if line.amount.minor <= 0 or line.debit == line.credit:
        raise Invalid(
            "posting.line",
            N_("A line moves an amount above nought from one account to another."),
            hint=N_("To take a line back, swap debit and credit."),
        )
    for code in (line.debit, line.credit):
        wanted = account_of(code, 0).asset
        kind = code.partition(":")[0]
        if kind in CONTROL:
            raise Refused(
                "posting.control",
                N_("Account {account} stands for other records and takes no manual posting."),
                hint=N_("Book through the command that keeps those records too."),
                account=code,
            )
        if wanted != line.amount.asset.code:
            raise Invalid(
                "posting.asset",
                N_("Account {account} counts {wanted}, the line moves {asset}."),
                hint=N_("A line stays in one currency; an exchange has two lines."),
                account=code,
                wanted=wanted,
                asset=line.amount.asset.code,
            )
        account = uow.ledger.account(code)
        if account is not None and account.closed:
            raise Refused(
                "posting.closed",
                N_("Account {account} is closed."),
                hint=N_("Choose an open account."),
                account=code,
            )


def _apply(app: App, uow: UnitOfWork, proposal: Proposal) -> Body:
    cause = cause_of(proposal.subject)
    entries = [
        Entry(line.debit, line.credit, line.amount.minor, line.amount.asset, "manual")
        for line in _lines(act_body(proposal))
    ]
    transfers = transfers_of(entries, lambda: app.ids.new(ids.TRANSFER), cause)
    open_accounts(uow.ledger, transfers)
    uow.ledger.post(transfers)
    return {"cause": cause, "transfers": [one.id for one in transfers]}


def _lines(body: Body) -> list[PostingLine]:
    rows = cast(Sequence[Mapping[str, object]], body["lines"])
    return [
        PostingLine(
            str(row["debit"]),
            str(row["credit"]),
            Amount(cast(int, row["minor"]), asset_of(str(row["asset"]))),
        )
        for row in rows
    ]


ACT = Act(N_("manual posting"), _basis, _apply)
