"""Payment orders as pain.001.001.09, written for a bank and read by the simulated one."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

from pyiso20022.pain import pain_001_001_09 as p

from entrepot.adapters.documents.iso20022 import schema
from entrepot.adapters.documents.iso20022.codec import (
    read_amount,
    to_bytes,
    xml_day,
    xml_moment,
)
from entrepot.adapters.documents.iso20022.safe_xml import every, read_xml, text_at
from entrepot.domain.contracts.payment import (
    NOT_PROVIDED,
    BankAccount,
    Payment,
    PaymentOrder,
)
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.rounding import half_even
from entrepot.kernel.text import N_

_RATE_DIGITS_MAX = 11
"""Digits of a rate in the standard (``BaseOneRate``); sums up to 100 million are exact by it."""


def write_pain001(order: PaymentOrder) -> bytes:
    """Write an order as a customer credit transfer.

    ``NbOfTxs`` and ``CtrlSum`` are the count and sum of the payments; the charges are
    shared; the account numbers stand as ``Othr``, the banks as BIC or CNAPS code.

    Args:
        order: at least one payment.

    Returns:
        UTF-8 XML that keeps the schema.

    Raises:
        Invalid: no payment, or a value that does not fit the standard.

    Source: ISO 20022 pain.001.001.09, message definition of 2019-02-14.
    """
    if not order.payments:
        raise Invalid("iso20022.empty", N_("An order without a payment is not sent."))
    count, total = str(len(order.payments)), _sum(order)
    initiation = p.CustomerCreditTransferInitiationV09(
        grp_hdr=p.GroupHeader85(
            msg_id=order.message_id,
            cre_dt_tm=xml_moment(order.created_at),
            nb_of_txs=count,
            ctrl_sum=total,
            initg_pty=p.PartyIdentification135(nm=order.debtor.holder),
        ),
        pmt_inf=[
            p.PaymentInstruction30(
                pmt_inf_id=order.message_id,
                pmt_mtd=p.PaymentMethod3Code.TRF,
                nb_of_txs=count,
                ctrl_sum=total,
                reqd_exctn_dt=p.DateAndDateTime2Choice(dt=xml_day(order.execute_on)),
                dbtr=_party(order.debtor),
                dbtr_acct=_account(order.debtor),
                dbtr_agt=_bank(order.debtor),
                chrg_br=p.ChargeBearerType1Code.SHAR,
                cdt_trf_tx_inf=[_transfer(payment) for payment in order.payments],
            )
        ],
    )
    return to_bytes(p.Document(cstmr_cdt_trf_initn=initiation), schema.PAIN_001)


def read_pain001(data: bytes) -> PaymentOrder:
    """Read an order, as a bank does.

    Raises:
        Invalid: no XML, another message, against the schema, or count and sum do not
            equal the payments.
    """
    root = read_xml(data)
    if schema.message_name(root) != schema.PAIN_001:
        raise Invalid("iso20022.version", N_("The message is no order pain.001.001.09."))
    schema.check(data)
    header = every(root, "CstmrCdtTrfInitn", "GrpHdr")[0]
    body = every(root, "CstmrCdtTrfInitn", "PmtInf")[0]
    payments = tuple(_payment(item) for item in every(body, "CdtTrfTxInf"))
    order = PaymentOrder(
        text_at(header, "MsgId"),
        _instant(text_at(header, "CreDtTm")),
        text_at(body, "ReqdExctnDt", "Dt"),
        _read_account(body, "Dbtr"),
        payments,
    )
    stated = (text_at(header, "NbOfTxs"), Decimal(text_at(header, "CtrlSum") or "-1"))
    if stated != (str(len(payments)), _sum(order)):
        raise Invalid(
            "iso20022.control_sum",
            N_("Count and sum stated in the order are not those of its payments."),
            hint=N_("Write the order again from the batch."),
        )
    return order


def _sum(order: PaymentOrder) -> Decimal:
    return sum((payment.amount.major for payment in order.payments), Decimal(0))


def _transfer(payment: Payment) -> p.CreditTransferTransaction34:
    amount = p.ActiveOrHistoricCurrencyAndAmount(
        value=payment.amount.major, ccy=payment.amount.asset.iso
    )
    return p.CreditTransferTransaction34(
        pmt_id=p.PaymentIdentification6(
            instr_id=payment.end_to_end_id, end_to_end_id=payment.end_to_end_id
        ),
        amt=p.AmountType4Choice(instd_amt=amount),
        xchg_rate_inf=_agreed(payment),
        cdtr_agt=_bank(payment.creditor),
        cdtr=_party(payment.creditor),
        cdtr_acct=_account(payment.creditor),
        rmt_inf=p.RemittanceInformation16(ustrd=[payment.remittance[:140]]),
    )


def _agreed(payment: Payment) -> p.ExchangeRate1 | None:
    """Return the rate agreed with the bank, its spread included: HKD for one unit of the amount."""
    if payment.sells is None or not payment.sells.minor:
        return None
    exact = Fraction(payment.sells.minor, payment.amount.minor)
    digits = min(_RATE_DIGITS_MAX - len(str(int(exact))), _RATE_DIGITS_MAX - 1)
    rate = Decimal(half_even(exact * 10**digits)).scaleb(-digits)
    return p.ExchangeRate1(
        unit_ccy=payment.amount.asset.iso, xchg_rate=rate, rate_tp=p.ExchangeRateType1Code.AGRD
    )


def _sells(element: ET.Element, amount: Amount) -> Amount | None:
    text = text_at(element, "XchgRateInf", "XchgRate")
    return Amount(half_even(amount.minor * Fraction(text)), HKD) if text else None


def _party(account: BankAccount) -> p.PartyIdentification135:
    return p.PartyIdentification135(nm=account.holder, ctry_of_res=account.country or None)


def _account(account: BankAccount) -> p.CashAccount38:
    other = p.GenericAccountIdentification1(id=account.number)
    return p.CashAccount38(id=p.AccountIdentification4Choice(othr=other))


def _bank(account: BankAccount) -> p.BranchAndFinancialInstitutionIdentification6:
    member = None
    if account.cnaps:
        system = p.ClearingSystemIdentification2Choice(cd="CNAPS")
        member = p.ClearingSystemMemberIdentification2(clr_sys_id=system, mmb_id=account.cnaps)
    # The standard wants a bank even where it is the very bank that reads the file.
    unnamed = None if account.bic or member else NOT_PROVIDED
    return p.BranchAndFinancialInstitutionIdentification6(
        fin_instn_id=p.FinancialInstitutionIdentification18(
            bicfi=account.bic or None,
            clr_sys_mmb_id=member,
            othr=p.GenericFinancialIdentification1(id=unnamed) if unnamed else None,
        )
    )


def _payment(element: ET.Element) -> Payment:
    amounts = every(element, "Amt", "InstdAmt")
    if not amounts:
        raise Invalid("iso20022.amount", N_("A payment of the order names no amount."))
    amount = read_amount((amounts[0].text or "").strip(), amounts[0].get("Ccy", ""))
    return Payment(
        text_at(element, "PmtId", "EndToEndId"),
        amount,
        _read_account(element, "Cdtr"),
        text_at(element, "RmtInf", "Ustrd"),
        _sells(element, amount),
    )


def _read_account(element: ET.Element, side: str) -> BankAccount:
    return BankAccount(
        holder=text_at(element, side, "Nm"),
        number=text_at(element, f"{side}Acct", "Id", "Othr", "Id"),
        bic=text_at(element, f"{side}Agt", "FinInstnId", "BICFI"),
        cnaps=text_at(element, f"{side}Agt", "FinInstnId", "ClrSysMmbId", "MmbId"),
        country=text_at(element, side, "CtryOfRes"),
    )


def _instant(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise Invalid(
            "iso20022.date",
            N_("{text} is not a moment."),
            hint=N_("Write it as 2026-11-23T09:00:00Z."),
            text=text,
        ) from None
    # A moment without a zone is read as UTC, so that no machine's own zone decides.
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
