"""The terms on which an order file lets its leases be interrupted."""

from __future__ import annotations

from entrepot.adapters.imports.facts_row import Row
from entrepot.domain.catalogue.units import parse_duration
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services.call_body import CREDIT_BP_MAX, Elastic
from entrepot.services.order_model import ELASTIC_USUAL

PERCENT_MAX = CREDIT_BP_MAX // 100


def read_elastic(top: Row) -> Elastic | None:
    """Read ``interruptible``: true for the usual terms, or notice and credit; None if absent.

    Args:
        top: the order.

    Raises:
        Invalid: no span of time, or no percentage, with file, line and field.
    """
    value = top.get("interruptible")
    if value is None or value is False:
        return None
    if value is True:
        return ELASTIC_USUAL
    box = top.child("interruptible")
    assert box is not None
    credit = box.scaled_or_none("credit", 100, 0, PERCENT_MAX)
    found = Elastic(_notice(box), ELASTIC_USUAL.credit_bp if credit is None else credit)
    box.finish()
    return found


def _notice(box: Row) -> int:
    if box.get("notice") is None:
        return ELASTIC_USUAL.notice_s
    try:
        return parse_duration(box.text("notice"))
    except Invalid as error:
        if error.code.startswith("facts."):
            raise
        box.refuse(
            "notice",
            N_("{where}: {value} is no time of notice."),
            N_("Write, for example, notice: 30m or notice: 2h."),
            value=str(box.values["notice"])[:60],
        )
