"""A simulated bank that lives between two folders: payment orders in, its messages out.

Each call is one day. The bank takes the orders of that day that it has not seen, answers them,
books what it delayed before, and closes with one camt.053 for each of the two accounts. What it
knows stands in ``bank.json`` beside its messages; the same orders, seed and days give the same
bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

from entrepot.adapters.documents.bank_simulator.bank import (
    BankMessage,
    answer,
    is_conversion,
)
from entrepot.adapters.documents.bank_simulator.behaviour import Behaviour, Temper
from entrepot.adapters.system import write_whole
from entrepot.domain.contracts.funding import FX_MARK
from entrepot.domain.contracts.payment import Payment, PaymentOrder
from entrepot.kernel.canonical import canonical_json, sha256_hex
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import CNH, HKD, Amount, asset_of
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.adapters.documents.iso20022.bank_side import Booking

STATE = "bank.json"


@dataclass(slots=True)
class _Known:
    """What the bank remembers from day to day."""

    day: str
    balances: dict[str, int]
    seen: list[str]
    delayed: list[list[str]]
    later: list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class BankDay:
    """One day of the bank.

    Args:
        orders: folder with files of pain.001; others are passed over.
        messages: folder that receives what the bank says.
        temper: how it treats payments.
        day: ISO date.
        opening: balances in minor units by asset, for a bank that knows nothing yet.
    """

    orders: Path
    messages: Path
    temper: Temper
    day: str
    opening: Mapping[str, int]

    def run(self) -> list[Path]:
        """Work through the day.

        Returns:
            The files written, in order.

        Raises:
            Invalid: a folder is missing, a file cannot be read, or the day is past already.
        """
        known = self._known()
        bookings = [_booking(row) for row in known.later]
        said: list[BankMessage] = []
        delayed, known.delayed = known.delayed, []
        for path, reference in delayed:
            order = _order(Path(path).read_bytes())
            payment = next(p for p in order.payments if p.end_to_end_id == reference)
            self._treat(path, order, payment, Behaviour.ACCEPT, said, bookings, known)
        for path in self._fresh(known):
            order = _order(path.read_bytes())
            for payment in order.payments:
                how = self.temper.of(payment.end_to_end_id)
                self._treat(str(path), order, payment, how, said, bookings, known)
        today = [one for one in bookings if one.booked_on <= self.day]
        known.later = [_row(one) for one in bookings if one.booked_on > self.day]
        return self._write(said, today, known)

    def _treat(
        self,
        path: str,
        order: PaymentOrder,
        payment: Payment,
        how: Behaviour,
        said: list[BankMessage],
        bookings: list[Booking],
        known: _Known,
    ) -> None:
        found = answer(order, payment, how, max(order.execute_on, self.day))
        said.extend(found)
        if how == Behaviour.DELAY:
            known.delayed.append([path, payment.end_to_end_id])
        booked = {one.booking.reference + str(one.booking.back): one.booking for one in found
                  if one.booking is not None}  # fmt: skip
        for booking in booked.values():
            bookings.extend(_moves(payment, booking))

    def _fresh(self, known: _Known) -> list[Path]:
        found: list[Path] = []
        for path in sorted(self.orders.glob("*.xml")):
            data = path.read_bytes()
            digest = sha256_hex(data)
            is_order = b"pain.001.001.09" in data[:2000]
            if is_order and digest not in known.seen and _order(data).execute_on <= self.day:
                known.seen.append(digest)
                found.append(path)
        return found

    def _known(self) -> _Known:
        for folder in (self.orders, self.messages):
            if not folder.is_dir():
                raise Invalid(
                    "bank.folder",
                    N_("There is no folder {path}."),
                    hint=N_("Make it, or name another by --in and --out."),
                    path=str(folder),
                )
        path = self.messages / STATE
        if not path.exists():
            return _Known("", dict(self.opening), [], [], [])
        try:
            known = _Known(**json.loads(path.read_text("utf-8")))
        except (ValueError, TypeError):
            raise Invalid(
                "bank.state",
                N_("What the simulated bank knows cannot be read: {path}."),
                hint=N_("Start with an empty folder for its messages."),
                path=str(path),
            ) from None
        if known.day >= self.day:
            raise Invalid(
                "bank.day",
                N_("The simulated bank has closed {day} already."),
                hint=N_("Take a later day: --day"),
                day=known.day,
            )
        return known

    def _write(
        self, said: Sequence[BankMessage], today: Sequence[Booking], known: _Known
    ) -> list[Path]:
        from entrepot.adapters.documents.iso20022.bank_side import write_camt053

        files = [(one.kind, one.xml) for one in said]
        for asset in (CNH, HKD):
            own = [one for one in today if one.amount.asset == asset]
            opening = Amount(known.balances.get(asset.code, 0), asset)
            name = f"SIM-{self.day.replace('-', '')}-{asset.code}"
            at = _midnight(self.day)
            data = write_camt053(asset.code, opening, own, name, self.day, at)
            files.append((f"camt053-{asset.code}", data))
            moved = sum(one.amount.minor if one.back else -one.amount.minor for one in own)
            known.balances[asset.code] = opening.minor + moved
        known.day = self.day
        paths = [
            write_whole(self.messages / f"{self.day}-{n:04d}-{kind}.xml", data)
            for n, (kind, data) in enumerate(files, 1)
        ]
        state = {name: getattr(known, name) for name in _Known.__slots__}
        write_whole(self.messages / STATE, canonical_json(state))
        return paths


def _order(data: bytes) -> PaymentOrder:
    from entrepot.adapters.documents.iso20022.pain001 import read_pain001

    return read_pain001(data)


def _moves(payment: Payment, booking: Booking) -> list[Booking]:
    """Return what one booking moves on the accounts in RMB and in HKD."""
    moves = [booking]
    if payment.sells is None or (booking.back and not is_conversion(payment)):
        return moves
    part = Fraction(booking.amount.minor, payment.amount.minor)
    taken = replace(
        booking, amount=payment.sells.times(part), back=False, reference=f"{booking.reference}-H"
    )
    if not is_conversion(payment):
        bought = replace(
            booking,
            back=True,
            reference=f"{booking.reference}-B",
            end_to_end_id=_bought(booking.end_to_end_id),
        )
        moves.insert(0, bought)
    return [*moves, taken]


def _bought(reference: str) -> str:
    known = reference if reference.startswith("B-") else ""
    return f"{known}{FX_MARK}" if known else reference


def _row(booking: Booking) -> dict[str, object]:
    amount = {"asset": booking.amount.asset.code, "minor": booking.amount.minor}
    names = ("back", "reference", "end_to_end_id", "booked_on", "counterparty", "info")
    return {**amount, **{name: getattr(booking, name) for name in names}}


def _booking(row: Mapping[str, object]) -> Booking:
    from entrepot.adapters.documents.iso20022.bank_side import Booking

    amount = Amount(cast(int, row["minor"]), asset_of(str(row["asset"])))
    words = {k: str(row[k]) for k in ("reference", "end_to_end_id", "booked_on", "counterparty")}
    return Booking(amount, bool(row["back"]), **words, info=str(row["info"]))


def _midnight(day: str) -> int:
    from datetime import datetime

    from entrepot.kernel.period import HONG_KONG

    return int(datetime.fromisoformat(day).replace(tzinfo=HONG_KONG).timestamp())
