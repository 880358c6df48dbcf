"""Check a certificate against the orders, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from entrepot.domain.auction_check.claim import (
    number_of,
    read_claim,
    rows_of,
    shape_findings,
)
from entrepot.domain.auction_check.feasible import (
    ask_findings,
    group_findings,
    order_findings,
    place_findings,
)
from entrepot.domain.auction_check.fingerprint import FORM
from entrepot.domain.auction_check.model import PPM, Call, Claim, Finding
from entrepot.domain.auction_check.money import payments, regrets
from entrepot.domain.auction_check.value import (
    bound_exact,
    option_costs,
    runnable_options,
    welfare_exact,
)
from entrepot.kernel.canonical import digest
from entrepot.kernel.text import N_

Plain = Mapping[str, object]


def check(call: Call, body: Plain) -> list[Finding]:
    """Check a certificate.

    Args:
        call: the orders, read by the checker itself.
        body: the certificate as plain values of JSON.

    Returns:
        What is wrong, in the order of the checks; nothing if the certificate holds. A wrong shape,
        another call's inputs or an allocation that names nothing end the check early.
    """
    findings = list(shape_findings(body))
    if findings:
        return findings
    findings = list(_identity_findings(call, body))
    if any(finding.where == "inputs" for finding in findings):
        return findings
    claim, unknown = read_claim(call, body)
    if unknown:
        return findings + unknown
    findings += order_findings(call, claim)
    findings += ask_findings(call, claim)
    findings += place_findings(call, claim)
    findings += group_findings(call, claim)
    findings += _dropped_findings(call, claim, body)
    costs, runnable = option_costs(call, claim), runnable_options(call)
    findings += _value_findings(call, claim, body, bound_exact(call, claim, costs, runnable))
    findings += _money_findings(call, claim, body, costs)
    findings += _regret_findings(call, claim, body, costs, runnable)
    return findings


def _identity_findings(call: Call, body: Plain) -> Iterator[Finding]:
    rest = {name: value for name, value in body.items() if name != "digest"}
    if body["digest"] != digest(rest):
        yield Finding("digest", N_("The certificate was changed after it was written."))
    if body["form"] != FORM:
        yield Finding("form", N_("The form of the certificate is not known here."))
    if body["inputs"] != call.inputs:
        yield Finding("inputs", N_("The certificate was made from other orders than these."))
    if body["law"] != call.law:
        yield Finding("law", N_("The certificate shut out other options than the law does."))


def _dropped_findings(call: Call, claim: Claim, body: Plain) -> Iterator[Finding]:
    orders = {order.name: at for at, order in enumerate(call.orders)}
    served = {call.options[at].order for at in claim.share}
    names = cast("list[str]", rows_of(body, "dropped.orders"))
    if any(name not in orders or orders[name] in served for name in names):
        yield Finding("dropped", N_("An order that was dropped is unknown, or got a share."))
    asks = {ask.name: at for at, ask in enumerate(call.asks)}
    names = cast("list[str]", rows_of(body, "dropped.asks"))
    if any(name not in asks or any(claim.used[asks[name]]) for name in names):
        yield Finding("dropped", N_("An ask that was dropped is unknown, or is in use."))


def _value_findings(call: Call, claim: Claim, body: Plain, proven: int) -> Iterator[Finding]:
    welfare = welfare_exact(call, claim) // PPM
    yield from _differs("welfare", body["welfare"], welfare)
    yield from _differs("bound", body["bound"], proven)
    yield from _differs("gap_percent", body["gap_percent"], _gap(welfare, proven))
    trusted = body["mip_bound"]
    if trusted is None:
        yield from _differs("gap_percent_mip", body["gap_percent_mip"], None)
        return
    limit = number_of(body, "mip_bound")
    if limit < welfare:
        yield Finding("mip_bound", N_("The bound of the solver lies below the welfare reached."))
    yield from _differs("gap_percent_mip", body["gap_percent_mip"], _gap(welfare, limit))


def _money_findings(call: Call, claim: Claim, body: Plain, costs: list[int]) -> Iterator[Finding]:
    fee_ppm_max = number_of(body, "payments.fee_ppm_max")
    if not 0 <= fee_ppm_max <= PPM:
        yield Finding("payments.fee_ppm_max", N_("No fee is below nothing or above the charge."))
        return
    due = payments(call, claim, costs, fee_ppm_max)
    yield from _differs("payments.orders", rows_of(body, "payments.orders"), due.orders)
    yield from _differs("payments.asks", rows_of(body, "payments.asks"), due.asks)
    yield from _differs("payments.operator", number_of(body, "payments.operator"), due.operator)
    if due.short:
        text = N_("Rent and fees fall {cents} cents short of making every loser whole.")
        yield Finding("payments", text, {"cents": due.short})
    yield from _budget_findings(body)
    yield from _differs("surplus.orders", number_of(body, "surplus.orders"), due.surplus[0])
    yield from _differs("surplus.asks", number_of(body, "surplus.asks"), due.surplus[1])


def _budget_findings(body: Plain) -> Iterator[Finding]:
    """Check that what orders pay is what asks and the operator get, to the cent."""
    orders = cast("list[tuple[str, int, int, int]]", rows_of(body, "payments.orders"))
    asks = cast("list[tuple[str, int, int]]", rows_of(body, "payments.asks"))
    paid = sum(charge + fee - whole for _name, charge, whole, fee in orders)
    got = sum(credit + whole for _name, credit, whole in asks)
    if paid != got + number_of(body, "payments.operator"):
        yield Finding("payments", N_("Money paid is not money received."))


def _regret_findings(
    call: Call, claim: Claim, body: Plain, costs: list[int], runnable: list[bool]
) -> Iterator[Finding]:
    lost, rejected = regrets(call, claim, costs, runnable)
    yield from _differs("lost_opportunity", body["lost_opportunity"], lost)
    yield from _differs("rejected", body["rejected"], rejected)


def _differs(where: str, said: object, found: object) -> Iterator[Finding]:
    if said == found:
        return
    if isinstance(said, list) or isinstance(found, list):
        yield Finding(where, N_("The list is another than the one worked out here."))
        return
    text = N_("The certificate says {said}; worked out here it is {found}.")
    yield Finding(where, text, {"said": str(said)[:40], "found": str(found)[:40]})


def _gap(welfare: int, limit: int) -> str:
    """Return the gap in percent, four places, rounded up.

    >>> _gap(3, 4)
    '25.0000'
    """
    if limit <= 0 or welfare >= limit:
        return "0.0000"
    numerator = (limit - welfare) * 100 * 10**4
    whole, part = divmod(numerator // limit + (numerator % limit > 0), 10**4)
    return f"{whole}.{part:04d}"
