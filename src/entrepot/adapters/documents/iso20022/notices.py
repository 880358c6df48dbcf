"""What a bank says of our payments: camt.053 and camt.054 (bookings), pain.002 (status).

A booking that takes money off our account is positive, one that brings money is negative.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from entrepot.adapters.documents.iso20022 import schema
from entrepot.adapters.documents.iso20022.codec import read_amount
from entrepot.adapters.documents.iso20022.safe_xml import every, read_xml, text_at
from entrepot.domain.contracts.bank_statement import BankStatement
from entrepot.domain.contracts.matching import BankStatus, Confirmation
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import Amount
from entrepot.kernel.text import N_

_CAMT = re.compile(r"^camt\.05[34]\.001\.(0[2-9]|1[0-4])$")
_PAIN = re.compile(r"^pain\.002\.001\.(0[3-9]|1[0-5])$")
_CHECKED = (schema.CAMT_053, schema.CAMT_054, schema.PAIN_002)
_ENTRIES = (("BkToCstmrDbtCdtNtfctn", "Ntfctn", "Ntry"), ("BkToCstmrStmt", "Stmt", "Ntry"))
_STATUSES = {"BOOK": BankStatus.BOOKED, "PDNG": BankStatus.PENDING}


def read_notices(data: bytes) -> tuple[Confirmation, ...]:
    """Read a bank's message.

    The versions whose schema is shipped are checked against it; the others are read by
    the names that they share with these.

    Args:
        data: camt.053 or camt.054.001.02 to .14, or pain.002.001.03 to .15.

    Returns:
        One confirmation for each transaction, in the order of the message.

    Raises:
        Invalid: no XML, another message, against its schema, or an amount without meaning.

    Source: ISO 20022 camt.053.001.08 and camt.054.001.08 of 2019-02-14, pain.002.001.12 of
    2021-02-16.
    """
    root = read_xml(data)
    name = schema.message_name(root)
    if name in _CHECKED:
        schema.check(data)
    if _CAMT.match(name):
        return tuple(_entries(root))
    if _PAIN.match(name):
        return tuple(_statuses(root))
    raise Invalid(
        "iso20022.version",
        N_("A message {name} is neither a camt.053, a camt.054 nor a pain.002."),
        hint=N_("Ask the bank for camt.053 statements, camt.054 notices and pain.002 reports."),
        name=name or "?",
    )


def read_statements(data: bytes) -> tuple[BankStatement, ...]:
    """Read a camt.053: one statement an account.

    Raises:
        Invalid: no camt.053, against its schema, without an opening or closing balance, or the
            bookings do not lead from one to the other.
    """
    root = read_xml(data)
    name = schema.message_name(root)
    if not name.startswith("camt.053"):
        raise Invalid(
            "iso20022.statement",
            N_("A message {name} is no statement camt.053."),
            hint=N_("Ask the bank for its daily statement."),
            name=name or "?",
        )
    read_notices(data)
    return tuple(_statement(item) for item in every(root, "BkToCstmrStmt", "Stmt"))


def _statement(element: ET.Element) -> BankStatement:
    opening, closing = _standing(element, "OPBD", "PRCD"), _standing(element, "CLBD")
    day = next(
        text_at(one, "Dt", "Dt") or text_at(one, "Dt", "DtTm")[:10]
        for one in every(element, "Bal")
        if text_at(one, "Tp", "CdOrPrtry", "Cd") == "CLBD"
    )
    found = [item for entry in every(element, "Ntry") for item in _entry(entry)]
    booked = tuple(one for one in found if one.status == BankStatus.BOOKED)
    account = text_at(element, "Acct", "Id", "Othr", "Id") or text_at(element, "Acct", "Id", "IBAN")
    return BankStatement(text_at(element, "Id"), account, day, opening, closing, booked)


def _standing(element: ET.Element, *kinds: str) -> Amount:
    for balance in every(element, "Bal"):
        if text_at(balance, "Tp", "CdOrPrtry", "Cd") in kinds:
            amount = _amount(balance)
            return -amount if text_at(balance, "CdtDbtInd") == "DBIT" else amount
    raise Invalid(
        "iso20022.balance",
        N_("The statement does not say how much stood on the account: {kinds}."),
        hint=N_("Ask the bank for opening and closing balance in its statements."),
        kinds=", ".join(kinds),
    )


def _entries(root: ET.Element) -> list[Confirmation]:
    entries = [item for path in _ENTRIES for item in every(root, *path)]
    return [found for entry in entries for found in _entry(entry)]


def _entry(entry: ET.Element) -> list[Confirmation]:
    details = every(entry, "NtryDtls", "TxDtls")
    if not details:
        return [_booking(entry, None, "", text_at(entry, "NtryRef"))]
    found: list[Confirmation] = []
    for item in details:
        reference = text_at(item, "Refs", "AcctSvcrRef")
        whole = None if len(details) == 1 else item
        found.append(_booking(entry, whole, text_at(item, "Refs", "EndToEndId"), reference))
    return found


def _booking(
    entry: ET.Element, item: ET.Element | None, end_to_end_id: str, reference: str
) -> Confirmation:
    amount = _amount(entry if item is None else item)
    # Money that comes back counts against what went out; a reversed debit is a credit too.
    back = text_at(entry, "CdtDbtInd") == "CRDT"
    state = text_at(entry, "Sts", "Cd") or text_at(entry, "Sts")
    booked_on = text_at(entry, "BookgDt", "Dt") or text_at(entry, "BookgDt", "DtTm")[:10]
    reference = reference or text_at(entry, "AcctSvcrRef") or text_at(entry, "NtryRef")
    amount = -amount if back else amount
    if not reference:
        # Without the bank's reference the same booking told twice must still look the same.
        reference = "none-" + digest([end_to_end_id, str(amount), booked_on])[:16]
    return Confirmation(
        end_to_end_id,
        amount,
        _STATUSES.get(state, BankStatus.PENDING),
        reference,
        booked_on,
        text_at(entry, "AddtlNtryInf"),
        _other_side(entry if item is None else item, back),
    )


def _other_side(element: ET.Element, back: bool) -> str:
    details = every(element, "NtryDtls", "TxDtls") or [element]
    first, second = ("Dbtr", "Cdtr") if back else ("Cdtr", "Dbtr")
    for side in (first, second):
        for path in ((side, "Pty", "Nm"), (side, "Nm")):
            name = text_at(details[0], "RltdPties", *path)
            if name:
                return name
    return ""


def _amount(element: ET.Element) -> Amount:
    stated = every(element, "Amt") or every(element, "AmtDtls", "TxAmt", "Amt")
    if not stated:
        raise Invalid(
            "iso20022.amount",
            N_("A booking in the bank's message names no amount."),
            hint=N_("Ask the bank for a notice with an amount for each payment."),
        )
    return read_amount((stated[0].text or "").strip(), stated[0].get("Ccy", ""))


def _statuses(root: ET.Element) -> list[Confirmation]:
    found: list[Confirmation] = []
    for report in every(root, "CstmrPmtStsRpt"):
        for info in every(report, "OrgnlPmtInfAndSts"):
            found.extend(_transactions(info))
        if not found:
            found.extend(_group(group) for group in every(report, "OrgnlGrpInfAndSts"))
    return found


def _transactions(info: ET.Element) -> list[Confirmation]:
    whole = text_at(info, "PmtInfSts")
    items = every(info, "TxInfAndSts")
    if not items and whole:
        return [_status(text_at(info, "OrgnlPmtInfId"), whole, info)]
    return [
        _status(text_at(item, "OrgnlEndToEndId"), text_at(item, "TxSts") or whole, item)
        for item in items
    ]


def _group(group: ET.Element) -> Confirmation:
    # Our files hold one payment, whose reference is the id of the file.
    return _status(text_at(group, "OrgnlMsgId"), text_at(group, "GrpSts"), group)


def _status(end_to_end_id: str, code: str, element: ET.Element) -> Confirmation:
    reason = text_at(element, "StsRsnInf", "Rsn", "Cd") or text_at(
        element, "StsRsnInf", "Rsn", "Prtry"
    )
    words = text_at(element, "StsRsnInf", "AddtlInf")
    rejected = code in ("RJCT", "CANC")
    return Confirmation(
        end_to_end_id,
        None,
        BankStatus.REJECTED if rejected else BankStatus.PENDING,
        text_at(element, "AcctSvcrRef"),
        "",
        " ".join(part for part in (reason, words) if part),
    )
