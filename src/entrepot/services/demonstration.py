"""A lived-in exchange: some months of business, played by the real services from a seed.

Centres, firms and jobs are made up and say so; what happens to them is not. Every quote is gated
and priced, every lease holds money, every report is signed, every bill is posted, and every week
the centres are paid through the simulated bank.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.period import local_day
from entrepot.services.call_bid import bid
from entrepot.services.call_offer import offer
from entrepot.services.call_open import DAY_AHEAD, open_call, usual_terms
from entrepot.services.finish_job import advance
from entrepot.services.lease import take_quote
from entrepot.services.order_build import order_body
from entrepot.services.order_model import OrderFile
from entrepot.services.pay_centre import pay_centres, simulated_bank
from entrepot.services.quote import quote_job
from entrepot.services.register import deposit, register_centre, register_firm
from entrepot.services.run_job import start_job

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.declaration import JobSpec
    from entrepot.services.ports_history import Moved
    from entrepot.services.ports_market import Call

DAY_S = 86_400
HK_AHEAD_S = 8 * 3600
DEPOSIT_MINOR = 4_000_000
"""What each firm pays in at the start and every thirtieth day, HKD cents."""

JOBS_A_DAY = (1, 1, 2, 2, 3, 3, 4)
"""How many jobs a day brings, drawn evenly."""

WEEKEND_JOBS = (0, 0, 1)
OPEN_HOUR = 9
HOURS_OPEN = 10
LATELY_S, LATELY_JOBS = 3600, 3
PAY_WEEKDAY = 4
"""Friday."""

Told = Callable[[int, int], None]
"""Hears how many days are done, and of how many."""


@dataclass(slots=True)
class _Stage:
    app: App
    clock: Moved
    chance: random.Random
    firms: list[r.Firm] = field(default_factory=list["r.Firm"])
    jobs: list[JobSpec] = field(default_factory=list["JobSpec"])
    running: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    played: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Played:
    """What was played.

    Attributes:
        days: of business; jobs: that were leased; running: that still run at the end.
        refused: asked for, and no centre was free or lawful, or the money was out.
    """

    days: int
    jobs: int
    running: int
    refused: int


def play_history(app: App, until: int, days: int, seed: int, told: Told | None = None) -> Played:
    """Play some days of business that end at an instant.

    Args:
        app: a home without firms and centres; its clock stands wherever it stands.
        until: Unix second at which the past ends.
        days: of business before it.
        seed: all chance follows from it.
        told: hears of the progress.

    Returns:
        What was played.
    """
    start = midnight_before(until) - days * DAY_S
    app.note_demonstration(f"played from seed {seed}, {days} days\n")
    past, clock = app.at_time(start, seed)
    stage = _Stage(past, clock, random.Random(seed))
    _furnish(stage)
    for number in range(days):
        _day(stage, start + number * DAY_S, number)
        if told is not None:
            told(number + 1, days)
    _leave_open(stage, until)
    return Played(days, stage.played, len(stage.running), stage.refused)


def midnight_before(at: int) -> int:
    """Return the last midnight in Hong Kong at or before an instant.

    >>> midnight_before(1_795_230_000) - 1_795_230_000
    -39600
    """
    return at - (at + HK_AHEAD_S) % DAY_S


def _leave_open(stage: _Stage, until: int) -> None:
    """End in the middle of things: jobs that run, a quote that waits, a call that takes orders."""
    app = stage.app
    _advance(stage, until - LATELY_S)
    for number in range(LATELY_JOBS):
        _advance(stage, until - LATELY_S + number * 600)
        _buy(stage, f"late-{number}")
    _advance(stage, until)
    call = open_call(app, usual_terms(DAY_AHEAD, until), "played-call")
    with app.store.reading() as uow:
        centres = [centre.id for centre in uow.registry.centres()]
    for centre_id in centres:
        offer(app, call.id, centre_id, None, f"played-ask-{centre_id}")
    for firm, job in zip(stage.firms, stage.jobs, strict=False):
        _order(app, call, firm, job)
    quote_job(app, stage.firms[0], stage.jobs[0], explain=False)


def _order(app: App, call: Call, firm: r.Firm, job: JobSpec) -> None:
    """Place a sealed order that is worth what the posted price would be."""
    body = quote_job(app, firm, job, store=False, explain=False).quote.body
    asked = cast("list[Mapping[str, Any]]", body["candidates"])
    if not asked:
        return
    worth = Amount(int(asked[0]["net_minor"]), HKD)
    written = OrderFile(job.name, value=worth, accept_duties=True, job=job)
    sealed = order_body(app, firm, call, written)
    bid(app, call.id, firm, sealed, None, f"played-order-{firm.id}")


def _furnish(stage: _Stage) -> None:
    """Register centres and firms, and read the jobs that they will ask for."""
    app = stage.app
    files = app.demonstration_files()
    for path in files:
        kind, _, name = path.stem.partition("-")
        if kind == "centre":
            register_centre(app, app.read_centre(path), f"played-{name}")
        elif kind == "firm":
            stage.firms.append(register_firm(app, app.read_firm(path), f"played-{name}"))
    for firm in stage.firms:
        _pay_in(stage, firm, 0)
    texts = [path.read_bytes() for path in files if path.stem.startswith("job-")]
    stage.jobs = [app.read_sent_job(text, {}, "demonstration") for text in texts]


def _pay_in(stage: _Stage, firm: r.Firm, number: int) -> None:
    name = f"played-{number}"
    deposit(stage.app, firm.id, Amount(DEPOSIT_MINOR, HKD), name, f"{name}-{firm.id}")


def _day(stage: _Stage, midnight: int, number: int) -> None:
    """Play one day: some jobs at odd times; on Fridays the centres are paid."""
    if number and number % 30 == 0:
        stage.clock.move(midnight + OPEN_HOUR * 3600)
        for firm in stage.firms:
            _pay_in(stage, firm, number)
    weekday = local_day(midnight + 43_200).weekday()
    count = stage.chance.choice(WEEKEND_JOBS if weekday >= 5 else JOBS_A_DAY)
    times = sorted(stage.chance.randrange(HOURS_OPEN * 3600) for _ in range(count))
    for at in times:
        _advance(stage, midnight + OPEN_HOUR * 3600 + at)
        _buy(stage, f"{number}-{at}")
    if weekday == PAY_WEEKDAY:
        _advance(stage, midnight + 20 * 3600)
        pay_centres(stage.app, [], simulated_bank(stage.app, "accept"), key=f"played-{number}")
    _advance(stage, midnight + DAY_S - 1)


def _buy(stage: _Stage, key: str) -> None:
    """Quote, lease and start a job of some firm."""
    app, firm, job = stage.app, stage.chance.choice(stage.firms), stage.chance.choice(stage.jobs)
    try:
        quote = quote_job(app, firm, job, explain=False).quote
        lease = take_quote(app, quote.id, accept_duties=True, key=f"played-{key}")
        started = start_job(app, lease.id)
    except EntrepotError:
        stage.refused += 1
        return
    stage.played += 1
    heapq.heappush(stage.running, (stage.clock.now() + job.duration_s, started.id))


def _advance(stage: _Stage, to: int) -> None:
    """Move the clock on, and bill the jobs that end meanwhile, each at its own time."""
    while stage.running and stage.running[0][0] <= to:
        at, job_id = heapq.heappop(stage.running)
        stage.clock.move(at)
        advance(stage.app, job_id)
    stage.clock.move(to)
