"""What a bank writes, for the simulated one: camt.053, camt.054 and pain.002."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyiso20022.camt import camt_053_001_08 as s
from pyiso20022.camt import camt_054_001_08 as c
from pyiso20022.pain import pain_002_001_12 as p

from entrepot.adapters.documents.iso20022 import schema
from entrepot.adapters.documents.iso20022.codec import to_bytes, xml_day, xml_moment
from entrepot.domain.contracts.payment import Payment, PaymentOrder
from entrepot.kernel.money import Amount


@dataclass(frozen=True, slots=True)
class Booking:
    """One movement on an account, as the bank writes it.

    Attributes:
        amount: ≥ 0; back: money that came in, not out.
        reference: of the bank; end_to_end_id: of the customer.
        booked_on: ISO date; counterparty: name; info: words.
    """

    amount: Amount
    back: bool
    reference: str
    end_to_end_id: str
    booked_on: str
    counterparty: str
    info: str = "Simulated bank"


def write_camt054(order: PaymentOrder, booking: Booking, message_id: str) -> bytes:
    """Write the notice that money left the account of an order, or came back.

    Args:
        order: order that held the payment.
        booking: what was moved, not always what was asked.
        message_id: id of the notice.

    Returns:
        UTF-8 XML that keeps the schema.
    """
    notice = c.AccountNotification17(
        id=message_id,
        acct=_account(order.debtor.number, booking.amount, c),
        ntry=[_entry(booking, order.message_id, c)],
    )
    header = c.GroupHeader81(msg_id=message_id, cre_dt_tm=xml_moment(order.created_at))
    body = c.BankToCustomerDebitCreditNotificationV08(grp_hdr=header, ntfctn=[notice])
    return to_bytes(c.Document(bk_to_cstmr_dbt_cdt_ntfctn=body), schema.CAMT_054)


def write_camt053(
    account: str, opening: Amount, bookings: Sequence[Booking], message_id: str, day: str, at: int
) -> bytes:
    """Write the statement of an account and day.

    Args:
        account: its number.
        opening: balance before the first booking.
        bookings: all of one currency, in order.
        message_id: id of the statement.
        day: ISO date.
        at: Unix second of writing.

    Returns:
        UTF-8 XML that keeps the schema; the closing balance follows from the bookings.
    """
    moved = sum(one.amount.minor if one.back else -one.amount.minor for one in bookings)
    closing = opening + Amount(moved, opening.asset)
    statement = s.AccountStatement9(
        id=message_id,
        cre_dt_tm=xml_moment(at),
        acct=_account(account, opening, s),
        bal=[_balance("OPBD", opening, day), _balance("CLBD", closing, day)],
        ntry=[_entry(one, message_id, s) for one in bookings],
    )
    header = s.GroupHeader81(msg_id=message_id, cre_dt_tm=xml_moment(at))
    body = s.BankToCustomerStatementV08(grp_hdr=header, stmt=[statement])
    return to_bytes(s.Document(bk_to_cstmr_stmt=body), schema.CAMT_053)


def _balance(kind: str, amount: Amount, day: str) -> s.CashBalance8:
    side = s.CreditDebitCode.DBIT if amount.minor < 0 else s.CreditDebitCode.CRDT
    size = Amount(abs(amount.minor), amount.asset)
    return s.CashBalance8(
        tp=s.BalanceType13(cd_or_prtry=s.BalanceType10Choice(cd=kind)),
        amt=s.ActiveOrHistoricCurrencyAndAmount(value=size.major, ccy=size.asset.iso),
        cdt_dbt_ind=side,
        dt=s.DateAndDateTime2Choice(dt=xml_day(day)),
    )


def _account(number: str, amount: Amount, m: Any) -> Any:
    """Return an account in the classes of a message: camt.053 and camt.054 share their names."""
    other = m.GenericAccountIdentification1(id=number)
    return m.CashAccount39(id=m.AccountIdentification4Choice(othr=other), ccy=amount.asset.iso)


def _entry(booking: Booking, message_id: str, m: Any) -> Any:
    money = m.ActiveOrHistoricCurrencyAndAmount(
        value=booking.amount.major, ccy=booking.amount.asset.iso
    )
    side = m.CreditDebitCode.CRDT if booking.back else m.CreditDebitCode.DBIT
    when = m.DateAndDateTime2Choice(dt=xml_day(booking.booked_on))
    family = m.BankTransactionCodeStructure6(cd="ICDT", sub_fmly_cd="XBCT")
    code = m.BankTransactionCodeStructure5(cd="PMNT", fmly=family)
    references = m.TransactionReferences6(
        msg_id=message_id,
        acct_svcr_ref=booking.reference,
        end_to_end_id=booking.end_to_end_id,
    )
    party = m.Party40Choice(pty=m.PartyIdentification135(nm=booking.counterparty))
    parties = m.TransactionParties6(cdtr=party) if booking.counterparty else None
    details = m.EntryTransaction10(refs=references, amt=money, cdt_dbt_ind=side, rltd_pties=parties)
    return m.ReportEntry10(
        ntry_ref=booking.reference,
        amt=money,
        cdt_dbt_ind=side,
        sts=m.EntryStatus1Choice(cd="BOOK"),
        bookg_dt=when,
        val_dt=when,
        acct_svcr_ref=booking.reference,
        bk_tx_cd=m.BankTransactionCodeStructure4(domn=code),
        ntry_dtls=[m.EntryDetails9(tx_dtls=[details])],
        addtl_ntry_inf=booking.info,
    )


def write_pain002(
    order: PaymentOrder, payment: Payment, message_id: str, status: str, reason: str
) -> bytes:
    """Write the status of a payment.

    Args:
        order: order that held the payment.
        payment: the payment.
        message_id: id of the report.
        status: ``RJCT``, ``PDNG`` or ``ACSC``.
        reason: code of the external list, ``AC01``; empty if none.

    Returns:
        UTF-8 XML that keeps the schema.
    """
    why = [
        p.StatusReasonInformation12(
            rsn=p.StatusReason6Choice(cd=reason), addtl_inf=["Simulated bank"]
        )
    ]
    item = p.PaymentTransaction129(
        orgnl_instr_id=payment.end_to_end_id,
        orgnl_end_to_end_id=payment.end_to_end_id,
        tx_sts=status,
        sts_rsn_inf=why if reason else [],
    )
    report = p.CustomerPaymentStatusReportV12(
        grp_hdr=p.GroupHeader86(msg_id=message_id, cre_dt_tm=xml_moment(order.created_at)),
        orgnl_grp_inf_and_sts=p.OriginalGroupHeader17(
            orgnl_msg_id=order.message_id, orgnl_msg_nm_id=schema.PAIN_001
        ),
        orgnl_pmt_inf_and_sts=[
            p.OriginalPaymentInstruction40(orgnl_pmt_inf_id=order.message_id, tx_inf_and_sts=[item])
        ],
    )
    return to_bytes(p.Document(cstmr_pmt_sts_rpt=report), schema.PAIN_002)
