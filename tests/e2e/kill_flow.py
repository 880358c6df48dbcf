"""A client that plays the main job without end, and a parent that kills it again and again.

Run as ``python -m tests.e2e.kill_flow HOME KILLS SEED KIND [DATABASE]``. The parent is warm
(facts, rules and models are read) and has no database open, so that a child costs a fork. The
client takes one step after another and notes each answer in a file that it syncs; a step whose
answer was not noted is asked again under the same key, as a careful client does.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import random
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.e2e.flow_tools import LocalApp, StubApp, keep_quote, open_home

from entrepot.bootstrap import EmbeddedApp
from entrepot.domain.contracts.matching import Confirmation, match
from entrepot.domain.ledger.model import Phase
from entrepot.kernel.money import HKD, Amount
from entrepot.services import pay_centre, postings, register, settle, settle_records
from entrepot.services import records as r
from entrepot.services.check import check_books
from entrepot.services.finish_job import advance, recover
from entrepot.services.lease import take_quote
from entrepot.services.ports import UnitOfWork
from entrepot.services.run_job import start_job

STEPS = ("deposit", "quote", "lease", "run", "bill", "settle")
AIMS = ("lease", "run", "bill", "settle")
KINDS: dict[str, type[EmbeddedApp]] = {"stub": StubApp, "local": LocalApp, "planted": StubApp}
WAIT_S = 60
CHECK_EVERY = 10
PR_SET_PDEATHSIG = 1

Note = Callable[[str], object]


def deposit_minor(n: int) -> int:
    """Return what the ``n``-th deposit pays in, HKD cents; no two are alike."""
    return 3000 + n


@dataclass
class Client:
    """The script of one client: a place in it, and what was answered so far."""

    app: EmbeddedApp
    firm_id: str
    quote: r.Quote
    acks: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def play(self, note: Note, rounds: int | None = None) -> None:
        """Recover, then go on where the notes end, without end or up to so many rounds."""
        note("recover")
        recover(self.app)
        while rounds is None or len(self.acks) < rounds * len(STEPS):
            n, index = divmod(len(self.acks), len(STEPS))
            step = STEPS[index]
            note(step)
            answer = getattr(self, f"_{step}")(n)
            self._acknowledge({"step": step, "n": n, **answer})

    def _acknowledge(self, ack: dict[str, Any]) -> None:
        with acks_file(self.app.home).open("ab") as file:
            file.write(json.dumps(ack).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self.acks.append(ack)

    def _deposit(self, n: int) -> dict[str, Any]:
        amount = Amount(deposit_minor(n), HKD)
        free = register.deposit(self.app, self.firm_id, amount, f"payment {n}", f"deposit:{n}")
        return {"free": free}

    def _quote(self, n: int) -> dict[str, Any]:
        return {"quote": keep_quote(self.app, self.quote, n + 1).id}

    def _lease(self, n: int) -> dict[str, Any]:
        quote_id = str(self.acks[-1]["quote"])
        lease = take_quote(self.app, quote_id, accept_duties=True, key=f"take:{n}")
        return {"lease": lease.id, "hold": lease.hold_minor}

    def _run(self, n: int) -> dict[str, Any]:
        return {"job": start_job(self.app, str(self.acks[-1]["lease"])).id}

    def _bill(self, n: int) -> dict[str, Any]:
        until = time.monotonic() + WAIT_S
        while (step := advance(self.app, str(self.acks[-1]["job"]))).invoice is None:
            assert time.monotonic() < until, "the job does not end"
            time.sleep(0.02 if type(self.app) is LocalApp else 0)
        return {"invoice": step.invoice.number, "total": step.invoice.total_minor}

    def _settle(self, n: int) -> dict[str, Any]:
        bank = pay_centre.simulated_bank(self.app, "accept")
        paid = pay_centre.pay_centres(self.app, [], bank, key=f"settle:{n}")
        return {"batches": [item.batch.id for item in paid]}


def acks_file(home: Path) -> Path:
    """Return where the client notes what it was answered."""
    return home / "acks.jsonl"


def read_acks(home: Path) -> list[dict[str, Any]]:
    """Return the notes; a line that was cut by a kill does not count and is cut off."""
    path = acks_file(home)
    data = path.read_bytes() if path.exists() else b""
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        os.truncate(path, len(whole))
    return [json.loads(line) for line in whole.splitlines()]


def write_script(home: Path, firm: r.Firm, quote: r.Quote) -> None:
    """Keep what the client starts from."""
    body = {"firm": firm.id, "quote": {k: getattr(quote, k) for k in r.Quote.__slots__}}
    (home / "script.json").write_text(json.dumps(body), "utf-8")


def read_client(app: EmbeddedApp) -> Client:
    """Return the client of a home at its place in the script."""
    body = json.loads((app.home / "script.json").read_text("utf-8"))
    return Client(app, body["firm"], r.Quote(**body["quote"]), read_acks(app.home))


def confirm_in_two(app: Any, batch_id: str, notices: list[Confirmation]) -> None:
    """Planted bug: the books are posted in one transaction, the batch is closed in another."""
    record = settle_records.the_batch(app, batch_id)
    batch = settle_records.netting_of(record)
    assert batch.values is not None
    found = match(batch.end_to_end_id, batch.values.total, notices)

    def post(uow: UnitOfWork) -> dict[str, object]:
        held = settle_records.held_of(uow, f"batch:{batch_id}")
        uow.ledger.post(postings.resolve(held, settle_records.maker(app), Phase.POST))
        return {}

    def close(uow: UnitOfWork) -> dict[str, object]:
        reference = found.matched[0].bank_reference
        sealed = replace(record, bank_reference=reference)
        settle_records.write_batch(uow, sealed, settle.net.settle(batch))
        return {}

    for name, action in (("post", post), ("close", close)):
        now = app.clock.now()
        app.store.command(app.actor, f"settle.{name}", f"{name}:{batch_id}", {}, now, action)
        if name == "post":
            app.note("gap")
            time.sleep(0.05)


@dataclass
class Killer:
    """The parent: forks clients, aims at a step, waits a part of its usual time, kills."""

    app: EmbeddedApp
    chance: random.Random
    kind: str
    usual_s: dict[str, float] = field(default_factory=dict[str, float])
    hits: dict[str, int] = field(default_factory=dict[str, int])
    ready_s: list[float] = field(default_factory=list[float])
    """From the start of each client until it had recovered and went on."""

    def round(self, aim: str, *, to_the_end: bool = False) -> None:
        """Let one client play until it is killed, or to the end of its round."""
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            self._child(writer, self.rounds() if to_the_end else None)
        os.close(writer)
        last = ""
        try:
            last = self._watch(reader, "" if to_the_end else aim)
        finally:
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            last = (os.read(reader, 1 << 16).decode().split() or [last])[-1]
            os.close(reader)
        if os.WIFEXITED(status) and (os.WEXITSTATUS(status) or not to_the_end):
            raise RuntimeError((self.app.home / "client.err").read_text("utf-8"))
        if not to_the_end:
            self.hits[last] = self.hits.get(last, 0) + 1

    def rounds(self) -> int:
        """Return how many rounds are done when the one that is under way has ended.

        A client that was killed after the last note of a round may have begun the next one.
        """
        return len(read_acks(self.app.home)) // len(STEPS) + 1

    def _child(self, pipe: int, rounds: int | None) -> None:
        def note(step: str) -> None:
            os.write(pipe, f"{step}\n".encode())

        try:
            # A parent that is ended by a time limit must not leave its child behind.
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if self.kind == "planted":
                vars(self.app)["note"] = note
                pay_centre.confirm_batch = confirm_in_two  # type: ignore[assignment]
            read_client(self.app).play(note, rounds)
        except BaseException:
            (self.app.home / "client.err").write_text(traceback.format_exc(), "utf-8")
            os._exit(1)
        os._exit(0)

    def _watch(self, reader: int, aim: str) -> str:
        """Read the steps as the child enters them; return the last when it is time to kill."""
        last, since = "", time.monotonic()
        begun = since
        while True:
            ready, _, _ = select.select([reader], [], [], WAIT_S)
            steps = os.read(reader, 1 << 16).decode().split() if ready else []
            if not steps:
                return last
            now = time.monotonic()
            if last in ("", "recover") and steps[-1] != "recover":
                self.ready_s.append(now - begun)
            if last:
                self.usual_s[last] = (self.usual_s.get(last, now - since) + now - since) / 2
            last, since = steps[-1], now
            if last == aim:
                time.sleep(self.chance.random() * self.usual_s.get(aim, 0.02) * 1.1)
                return last

    def proof(self) -> list[str]:
        """Prove the books as the kill left them, in a child, before anybody recovers."""
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                problems = check_books(self.app) + self.app.store.verify_journal()
            except BaseException as error:
                problems = [repr(error)]
            os.write(writer, json.dumps(problems).encode())
            os._exit(0)
        os.close(writer)
        os.waitpid(child, 0)
        found: list[str] = json.loads(os.read(reader, 1 << 16))
        os.close(reader)
        return found


def main(home: str, kills: str, seed: str, kind: str, db: str = "") -> None:
    """Kill so many clients, then let the last one finish; print what was found."""
    app = open_home(Path(home), KINDS[kind], db)
    warm(app)
    killer = Killer(app, random.Random(seed), kind)
    problems: list[str] = []
    gc.freeze()
    for n in range(int(kills)):
        aim = "gap" if kind == "planted" else AIMS[n % len(AIMS)]
        try:
            killer.round(aim)
        except RuntimeError as error:
            problems.append(str(error))
            break
        if kind == "planted" or n % CHECK_EVERY == 0:
            problems += killer.proof()
    if not problems:
        killer.round("", to_the_end=True)
    ready_s_max = round(max(killer.ready_s, default=0.0), 3)
    print(json.dumps({"problems": problems, "hits": killer.hits, "ready_s_max": ready_s_max}))


def warm(app: EmbeddedApp) -> None:
    """Play a round, so that no child has to load anything; leave no database open."""
    read_client(app).play(lambda _: None, 1)
    app.store.engine.dispose()
    del app._parts["store"]


if __name__ == "__main__":
    main(*sys.argv[1:])
