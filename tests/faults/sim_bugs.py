"""Mistakes that a settlement could make, each one planted by name; the simulator has to find all.

A mistake replaces one function of the house, or one habit of the process that runs it.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.faults import sim_app, sim_rows, sim_store, sim_world

from entrepot.domain.contracts.matching import BankStatus, Confirmation
from entrepot.domain.ledger.model import Phase
from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.money import CNH, Amount
from entrepot.services import bank_books, bank_entries, bank_word

Plant = Callable[[pytest.MonkeyPatch], None]


def a_word_told_twice_counts_twice(patch: pytest.MonkeyPatch) -> None:
    numbers, right = itertools.count(), bank_entries.mark_of
    patch.setattr(bank_entries, "mark_of", lambda one: f"{right(one)}|{next(numbers)}")


def a_rejection_outweighs_a_booking(patch: pytest.MonkeyPatch) -> None:
    right = bank_word.moved_of

    def moved_of(said: Sequence[Any]) -> int:
        return 0 if any(one.status == BankStatus.REJECTED for one in said) else right(said)

    patch.setattr(bank_word, "moved_of", moved_of)


def members_of_a_failed_batch_stay_bound(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sim_rows.SimSettlements, "free_members", lambda *_: None)


def holds_of_a_failed_batch_stay(patch: pytest.MonkeyPatch) -> None:
    right = bank_books.resolve

    def resolve(pending: Any, new_id: Any, phase: Phase) -> list[Any]:
        return [] if phase is Phase.VOID else right(pending, new_id, phase)

    patch.setattr(bank_books, "resolve", resolve)


def a_key_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    right = sim_store.SimStore.command

    def command(self: Any, *asked: Any) -> Any:
        self.kept.answers.clear()
        return right(self, *asked)

    patch.setattr(sim_store.SimStore, "command", command)


def books_and_batch_in_two_transactions(patch: pytest.MonkeyPatch) -> None:
    right = sim_rows.SimLedger.post

    def post(self: Any, transfers: Any) -> Any:
        applied = right(self, transfers)
        sim_store.written_through(self.kept)
        return applied

    patch.setattr(sim_rows.SimLedger, "post", post)


def a_file_written_anew_is_another_file(patch: pytest.MonkeyPatch) -> None:
    right = sim_app.SimApp.payment_order

    def payment_order(self: Any, pairs: Any, leg: str = "pay") -> bytes:
        order = json.loads(right(self, pairs, leg))
        return canonical_json({**order, "message_id": f"{order['message_id']}-{self.now()}"})

    patch.setattr(sim_app.SimApp, "payment_order", payment_order)


def an_order_is_sent_once_only(patch: pytest.MonkeyPatch) -> None:
    right = sim_world.World.carry

    def carry(self: Any, batch_id: str) -> None:
        if self.store.kept.batches[batch_id].state not in ("instructed", "funding"):
            right(self, batch_id)

    patch.setattr(sim_world.World, "carry", carry)


def a_short_payment_counts_as_whole(patch: pytest.MonkeyPatch) -> None:
    right = bank_books.bank_step

    def bank_step(values: Any, booked: Any, moved: int, *, failed: bool = False) -> Any:
        whole = values.total.minor
        near = 0 < moved < whole and whole - moved <= whole // 50 + 1
        return right(values, booked, whole if near else moved, failed=failed)

    patch.setattr(bank_books, "bank_step", bank_step)


def a_return_is_not_read(patch: pytest.MonkeyPatch) -> None:
    right = bank_word.place

    def place(uow: Any, entry: Any) -> Any:
        came_back = entry.minor < 0 and entry.bank_reference.startswith("RT-")
        return None if came_back else right(uow, entry)

    patch.setattr(bank_word, "place", place)


def a_promise_counts_as_a_payment(patch: pytest.MonkeyPatch) -> None:
    right = bank_word.entries_of

    def entries_of(app: Any, uow: Any, notice: Confirmation, now: int) -> Any:
        line = uow.settling.line(notice.end_to_end_id)
        if notice.status == BankStatus.PENDING and line is not None and line.leg == "pay":
            amount = Amount(line.minor, CNH)
            notice = replace(notice, status=BankStatus.BOOKED, amount=amount, bank_reference="P")
        return right(app, uow, notice, now)

    patch.setattr(bank_word, "entries_of", entries_of)


def a_late_word_on_a_failed_batch_is_dropped(patch: pytest.MonkeyPatch) -> None:
    right = bank_word.judge

    def judge(app: Any, uow: Any, batch_id: str) -> None:
        if uow.settlements.batch(batch_id).state != "failed":
            right(app, uow, batch_id)

    patch.setattr(bank_word, "judge", judge)


def an_invoice_is_taken_twice(patch: pytest.MonkeyPatch) -> None:
    def open_invoices(self: Any, centre_id: str) -> list[Any]:
        done = {one.id for one in self.batches(("settled",))}
        return [
            replace(one, batch_id=None)
            for one in self.kept.invoices.values()
            if one.centre_id == centre_id and one.batch_id not in done
        ]

    def add_batch(self: Any, batch: Any, invoice_ids: Sequence[str]) -> None:
        self.kept.batches[batch.id] = sim_rows.stored(batch)
        for one in invoice_ids:
            self.kept.invoices[one] = replace(self.kept.invoices[one], batch_id=batch.id)

    patch.setattr(sim_rows.SimSettlements, "open_invoices", open_invoices)
    patch.setattr(sim_rows.SimSettlements, "add_batch", add_batch)


def one_leg_alone_settles(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bank_word, "bought", lambda *_: True)


def a_debt_is_not_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bank_books, "keep_debt", lambda *_: None)


BUGS: tuple[Plant, ...] = (
    a_word_told_twice_counts_twice,
    a_rejection_outweighs_a_booking,
    members_of_a_failed_batch_stay_bound,
    holds_of_a_failed_batch_stay,
    a_key_is_forgotten,
    books_and_batch_in_two_transactions,
    a_file_written_anew_is_another_file,
    an_order_is_sent_once_only,
    a_short_payment_counts_as_whole,
    a_return_is_not_read,
    a_promise_counts_as_a_payment,
    a_late_word_on_a_failed_batch_is_dropped,
    an_invoice_is_taken_twice,
    one_leg_alone_settles,
    a_debt_is_not_kept,
)
"""Every mistake that is planted."""
