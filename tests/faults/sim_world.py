"""A world of one thread in which the house settles with its centres, and everything goes wrong.

Clock, store, network and bank are passed in; all chance comes from one seed, so that a seed
replays byte for byte. Messages are lost, doubled, late and out of order; the process dies before
a commit, after it, or between the commit and its answer, and comes back with nothing but the
store. The steps are the services and rules of the house itself.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, cast

from tests.faults.sim_app import CENTRES, START, SimApp, invoice_of, paying, read_once
from tests.faults.sim_bank import SimBank
from tests.faults.sim_checks import final_problems, step_problems
from tests.faults.sim_store import SimStore, SimUow

from entrepot.domain.contracts import settlement as net
from entrepot.domain.contracts.funding import Mode
from entrepot.domain.contracts.matching import Confirmation
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.money import CNH, HKD
from entrepot.kernel.period import local_day
from entrepot.services import bank_word, settle, settle_match, settle_order, settle_records
from entrepot.services import records as r
from entrepot.services.postings import Entry

DAY = 86_400
CAPITAL = 10**9
"""HKD cents that the branch begins with: what is tested here is not a lack of money."""


class Died(BaseException):
    """The process is gone; nothing that it knew is left but the store."""


class Broken(Exception):
    """A promise was broken."""


@dataclass(frozen=True)
class Lived:
    """What came of one seed.

    Attributes:
        problem: the first promise broken; empty if none was.
        digest: of everything that happened, and of everything kept.
        steps: commits; deaths: of the process; lost: messages of the network.
    """

    problem: str
    digest: str
    steps: int
    deaths: int
    lost: int


class World:
    """The house, the network and the bank of one seed.

    Args:
        seed: of all chance.
    """

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.at, self.count, self.number = START, 0, 0
        self.queue: list[tuple[int, int, Callable[[], None]]] = []
        self.trace: list[str] = [f"seed {seed}"]
        self.faults = False
        self.steps = self.deaths = self.lost = 0
        self.down_until = 0
        self.loss, self.death = self.rng.choice(((0, 0), (10, 2), (25, 4), (50, 8)))
        self.app: Any = SimApp(self)
        self.store: SimStore = self.app.store
        self.bank = SimBank(self.rng, self.later, self.tell, self.today)

    # Clock and chance

    def later(self, seconds: int, work: Callable[[], None]) -> None:
        """Do something after so many seconds."""
        self.count += 1
        heapq.heappush(self.queue, (self.at + seconds, self.count, work))

    def today(self) -> str:
        """Return the day in Hong Kong, ISO."""
        return local_day(self.at).isoformat()

    def log(self, text: str) -> None:
        """Note what happens."""
        self.trace.append(f"{self.at} {text}")

    def run_until(self, end: int) -> None:
        """Let events happen in the order of their time."""
        while self.queue and self.queue[0][0] <= end:
            self.at, _, work = heapq.heappop(self.queue)
            work()
        self.at = max(self.at, end)

    # Network and process

    def send(self, what: str, deliver: Callable[[], None]) -> None:
        """Send a message that may be lost, doubled, late, and overtaken by later ones."""
        copies = 1
        if self.faults and self.rng.randrange(100) < self.loss:
            copies = self.rng.choice((0, 2))
        self.lost += copies == 0
        self.log(f"{what}: {copies} sent")
        for _ in range(copies):
            self.later(self.rng.randrange(1, 20_000) if self.faults else 1, deliver)

    def tell(self, words: Sequence[Confirmation]) -> None:
        """Send words of the bank to the house."""
        self.send(f"bank says {len(words)}", lambda: self.hear(words))

    def hear(self, words: Sequence[Confirmation]) -> None:
        """Let the house read words of the bank, if it is up; nobody tries again at once."""
        if self.at >= self.down_until or not self.faults:
            self.house("hear", lambda: self.app_call(bank_word.hear_bank, list(words)))

    def hook(self, place: str) -> None:
        """Die here, sometimes."""
        if self.faults and self.rng.randrange(100) < self.death:
            self.log(f"dies: {place}")
            raise Died(place)

    def house(self, what: str, work: Callable[[], object]) -> bool:
        """Let the process of the house do something; say whether it lived to answer."""
        try:
            work()
        except Died:
            self.deaths += 1
            self.app.forget()
            self.down_until = self.at + self.rng.randrange(1, 4_000)
            return False
        except EntrepotError as error:
            raise Broken(f"{what} was refused: {error}") from error
        self.log(f"{what} done")
        return True

    def until_answered(self, what: str, work: Callable[[], object]) -> None:
        """Ask the house until it answers: the same request, under the same key."""
        if self.at < self.down_until or not self.house(what, work):
            self.later(self.rng.randrange(100, 6_000), lambda: self.until_answered(what, work))

    def app_call(self, work: Callable[..., object], *given: object) -> object:
        """Call a service of the house."""
        return work(self.app, *given)

    def seen(self, uow: SimUow) -> None:
        """Look at everything after each commit."""
        self.steps += 1
        found = step_problems(uow)
        if found:
            raise Broken(found[0])

    # What happens

    def bill(self, number: int, centre: str, minor: int) -> None:
        """Bill a use: the centre is owed RMB, and the customer pays at once or some time later."""
        carrying = max(round(minor * self.app.fx.value), 1)
        total, key = 2 * carrying, f"bill:{number}"
        late = self.rng.random() < 0.3

        def action(uow: SimUow) -> dict[str, object]:
            invoice_id = self.app.ids.new("I")
            uow.deals.add_invoice(invoice_of(invoice_id, number, centre, minor, carrying))
            entries = [
                Entry("receivable:F", "revenue", total, HKD, "charge"),
                *([] if late else paying(total)),
                Entry("cost_of_compute", "fx_clearing_hkd", carrying, HKD, "cost"),
                Entry("fx_clearing_cnh", f"payable:{centre}", minor, CNH, "debt"),
            ]
            settle_records.post_entries(self.app, cast(Any, uow), entries, key)
            return {"invoice": invoice_id}

        body: dict[str, object] = {"number": number}
        self.until_answered(key, lambda: self._command("bill", key, body, action))
        if late:
            self.later(self.rng.randrange(DAY), lambda: self.pay(number, total))

    def pay(self, number: int, total: int) -> None:
        """Let the customer of a bill pay."""
        key = f"pay:{number}"

        def action(uow: SimUow) -> dict[str, object]:
            settle_records.post_entries(self.app, cast(Any, uow), paying(total), key)
            return {}

        self.until_answered(key, lambda: self._command("pay", key, {}, action))

    def _command(self, name: str, key: str, body: dict[str, object], action: Any) -> None:
        self.store.command("desk", name, key, body, self.at, action)

    def settle(self, number: int, mode: Mode) -> None:
        """Let the house settle: what is open first, then what is due."""

        def work() -> None:
            for batch in settle_records.unfinished(self.app):
                self.carry(batch.id)
            for centre in CENTRES:
                batch = settle.freeze_batch(self.app, centre, f"run:{number}:{centre}", mode)
                if batch is not None:
                    self.carry(batch.id)

        self.until_answered(f"run {number} {mode}", work)

    def carry(self, batch_id: str) -> None:
        """Send the orders that are due for a batch."""
        if settle_records.the_batch(self.app, batch_id).state not in net.LIVE:
            return
        for file in settle_order.instruct_bank(self.app, batch_id).files:
            self.hook("before sending")
            self.send(f"order {file.leg}", lambda data=file.data: self.bank.receive(data))

    def match_by_hand(self) -> None:
        """Let two persons match what came back before it had gone out."""
        for entry in SimUow(self.store.kept, 0).settling.entries(unmatched=True):
            line = self.store.kept.lines.get(entry.end_to_end_id)
            if line is None or entry.asset != CNH.code or entry.note != "too_much_back":
                continue
            act: Any = _Act(entry.id, {"act": {"batch_id": line.batch_id}}, "first")

            def action(uow: SimUow, act: Any = act) -> r.Body:
                return settle_match.ACT.apply(self.app, cast(Any, uow), act)

            self._command("match", f"match:{entry.id}", {}, action)

    def live(self) -> None:
        """Three days of faults, then a day on which everybody behaves and all is told again."""
        self._command("fund", "fund", {}, self._fund)
        self.faults = True
        for number in range(self.rng.randrange(3, 9)):
            centre, minor = self.rng.choice(CENTRES), self.rng.randrange(1, 60_000)
            self.later(
                self.rng.randrange(2 * DAY),
                lambda n=number, c=centre, m=minor: self.bill(n, c, m),
            )
        for number in range(self.rng.randrange(4, 8)):
            mode = self.rng.choice(list(Mode))
            self.later(self.rng.randrange(3 * DAY), lambda n=number, m=mode: self.settle(n, m))
        for day in range(3):
            self.later((day + 1) * DAY - 1, lambda: self.tell(self.bank.statement()))
        self.run_until(START + 3 * DAY)
        self.run_until(START + 5 * DAY)
        self.faults, self.bank.kind = False, True
        for number in range(100, 104):
            self.down_until = 0
            self.hear(self.bank.statement())
            self.match_by_hand()
            self.settle(number, Mode.PREFUNDED if number % 2 else Mode.PAY_AS_PAID)
            self.run_until(self.at + DAY)
        found = final_problems(SimUow(self.store.kept, 0), self.bank, CAPITAL)
        if found:
            raise Broken(found[0])

    def _fund(self, uow: SimUow) -> dict[str, object]:
        uow.kept.centres = CENTRES
        for code in ("bank", *(f"payable:{one}" for one in CENTRES)):
            uow.ledger.ensure_account(code, credit_bound=code == "bank")
        capital = [Entry("bank", "rounding", CAPITAL, HKD, "capital")]
        settle_records.post_entries(self.app, cast(Any, uow), capital, "capital")
        return {}


def lived(seed: int) -> Lived:
    """Let one seed happen; return what came of it."""
    return happen(World(seed))


def happen(world: World) -> Lived:
    """Let a world happen; return what came of it."""
    problem = ""
    try:
        with read_once():
            world.live()
    except Broken as broken:
        problem = str(broken)
    except (AssertionError, LookupError, StopIteration) as error:
        problem = f"the program stopped: {error!r}"
    world.log(f"ends: {problem} {world.store.kept.head}")
    digest = sha256_hex("\n".join(world.trace).encode())
    return Lived(problem, digest, world.steps, world.deaths, world.lost)


@dataclass(frozen=True)
class _Act:
    subject: str
    body: dict[str, object]
    proposed_by: str
