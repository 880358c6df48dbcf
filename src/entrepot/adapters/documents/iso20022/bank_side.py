"""Notices as a bank writes them: camt.054 and pain.002, for the simulated bank."""

from __future__ import annotations

from pyiso20022.camt import camt_054_001_08 as c
from pyiso20022.pain import pain_002_001_12 as p

from entrepot.adapters.documents.iso20022 import schema
from entrepot.adapters.documents.iso20022.codec import to_bytes, xml_day, xml_moment
from entrepot.domain.contracts.payment import Payment, PaymentOrder
from entrepot.kernel.money import Amount


def write_camt054(
    order: PaymentOrder,
    payment: Payment,
    amount: Amount,
    message_id: str,
    reference: str,
    booked_on: str,
) -> bytes:
    """Write the notice that a payment was booked to the debit of its account.

    Args:
        order: order that held the payment.
        payment: the payment.
        amount: what was booked, not always what was asked.
        message_id: id of the notice.
        reference: the bank's reference of the booking.
        booked_on: ISO date.

    Returns:
        UTF-8 XML that keeps the schema.
    """
    money = c.ActiveOrHistoricCurrencyAndAmount(value=amount.major, ccy=amount.asset.iso)
    account = c.GenericAccountIdentification1(id=order.debtor.number)
    when = c.DateAndDateTime2Choice(dt=xml_day(booked_on))
    family = c.BankTransactionCodeStructure6(cd="ICDT", sub_fmly_cd="XBCT")
    code = c.BankTransactionCodeStructure5(cd="PMNT", fmly=family)
    references = c.TransactionReferences6(
        msg_id=order.message_id,
        acct_svcr_ref=reference,
        pmt_inf_id=order.message_id,
        instr_id=payment.end_to_end_id,
        end_to_end_id=payment.end_to_end_id,
    )
    details = c.EntryTransaction10(refs=references, amt=money, cdt_dbt_ind=c.CreditDebitCode.DBIT)
    entry = c.ReportEntry10(
        ntry_ref=reference,
        amt=money,
        cdt_dbt_ind=c.CreditDebitCode.DBIT,
        sts=c.EntryStatus1Choice(cd="BOOK"),
        bookg_dt=when,
        val_dt=when,
        acct_svcr_ref=reference,
        bk_tx_cd=c.BankTransactionCodeStructure4(domn=code),
        ntry_dtls=[c.EntryDetails9(tx_dtls=[details])],
        addtl_ntry_inf="Simulated bank",
    )
    notice = c.AccountNotification17(
        id=message_id,
        acct=c.CashAccount39(id=c.AccountIdentification4Choice(othr=account), ccy=amount.asset.iso),
        ntry=[entry],
    )
    header = c.GroupHeader81(msg_id=message_id, cre_dt_tm=xml_moment(order.created_at))
    body = c.BankToCustomerDebitCreditNotificationV08(grp_hdr=header, ntfctn=[notice])
    return to_bytes(c.Document(bk_to_cstmr_dbt_cdt_ntfctn=body), schema.CAMT_054)


def write_pain002(
    order: PaymentOrder, payment: Payment, message_id: str, status: str, reason: str
) -> bytes:
    """Write the status of a payment.

    Args:
        order: order that held the payment.
        payment: the payment.
        message_id: id of the report.
        status: ``RJCT`` or ``PDNG``.
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
