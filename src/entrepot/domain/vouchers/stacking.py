"""Which lawful combination of vouchers leaves least to pay on one invoice line.

to pay = invoice − min(invoice, Σ amounts), least over all sets in which no two vouchers are of
one family and every two name each other. Found exactly, by trying all such sets; a set that
covers the invoice is not extended. A voucher takes part that pays by itself: one that a short fund
leaves to a review stays out, even where others would leave a claim that the fund covers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from entrepot.domain.vouchers.case import Entitlement, Status
from entrepot.kernel.money import Amount


@dataclass(frozen=True, slots=True)
class Combination:
    """Vouchers used together on one invoice line.

    Attributes:
        parts: programme and what it pays, in order of programme id.
        total: sum of the parts.
        to_pay: what is left of the invoice.
        left_out: programme and why it takes no part: its status, ``currency_mismatch`` or
            ``not_chosen``.
        tried: lawful sets of at least one voucher that were compared: all of them, but for those
            that only add to a set that covers the invoice.
    """

    parts: tuple[tuple[str, Amount], ...]
    total: Amount
    to_pay: Amount
    left_out: tuple[tuple[str, str], ...]
    tried: int = 0


def may_join(one: Entitlement, other: Entitlement) -> bool:
    """Say whether two vouchers may lie on one invoice line."""
    named = other.programme in one.stacks_with and one.programme in other.stacks_with
    return named and one.family != other.family


def best_combination(entitlements: Sequence[Entitlement], invoice: Amount) -> Combination:
    """Choose the lawful combination that leaves least to pay.

    Of equally good ones the one with fewer vouchers is taken, then the first in order of
    programme ids. Where the sum exceeds the invoice, the last part is cut to fit.

    Args:
        entitlements: answers for the same invoice line, one a programme.
        invoice: what is charged.

    Returns:
        The combination; without parts if no voucher pays.

    Raises:
        ValueError: two entitlements of one programme, or a negative invoice.
    """
    if len({e.programme for e in entitlements}) < len(entitlements) or invoice.minor < 0:
        raise ValueError("one entitlement a programme, and an invoice that is not negative")
    paying = sorted((e for e in entitlements if not _unfit(e, invoice)), key=lambda e: e.programme)
    best: tuple[int, int, tuple[str, ...]] = (0, 0, ())
    chosen: tuple[Entitlement, ...] = ()
    tried = -1  # the empty set is no combination
    for group in _groups(paying, (), invoice.minor):
        tried += 1
        reach = min(invoice.minor, sum(e.amount_minor for e in group))
        mark = (-reach, len(group), tuple(e.programme for e in group))
        if mark < best:
            best, chosen = mark, group
    parts = _cut(chosen, invoice)
    used = {programme for programme, _ in parts}
    left_out = tuple(
        (e.programme, _unfit(e, invoice) or "not_chosen")
        for e in entitlements
        if e.programme not in used
    )
    total = Amount(sum(part.minor for _, part in parts), invoice.asset)
    return Combination(parts, total, invoice - total, left_out, tried)


def _unfit(entitlement: Entitlement, invoice: Amount) -> str:
    if entitlement.status is not Status.PAYS:
        return entitlement.status.value
    return "" if entitlement.currency == invoice.asset.code else "currency_mismatch"


def _groups(
    rest: Sequence[Entitlement], group: tuple[Entitlement, ...], invoice_minor: int
) -> Iterator[tuple[Entitlement, ...]]:
    """Yield every lawful set that extends ``group`` from ``rest``, itself included."""
    yield group
    if sum(e.amount_minor for e in group) >= invoice_minor:
        return  # nothing is left to subsidise
    for index, candidate in enumerate(rest):
        if all(may_join(candidate, member) for member in group):
            yield from _groups(rest[index + 1 :], (*group, candidate), invoice_minor)


def _cut(chosen: Sequence[Entitlement], invoice: Amount) -> tuple[tuple[str, Amount], ...]:
    parts: list[tuple[str, Amount]] = []
    left = invoice.minor
    for entitlement in chosen:
        paid = min(left, entitlement.amount_minor)
        if paid:
            parts.append((entitlement.programme, Amount(paid, invoice.asset)))
        left -= paid
    return tuple(parts)
