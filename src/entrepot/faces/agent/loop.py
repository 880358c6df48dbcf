"""The agent's loop: tell what runs and what it used, do what is answered, and ask again.

The agent only ever asks. Whatever fails on the way is made good by a later poll: what it was told
is noted before it is done, and what it measured is sent until it is acknowledged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from entrepot.faces.agent.parts import fetch_inputs, send_log, send_outputs
from entrepot.faces.agent.runs import Bench, Run, read_runs
from entrepot.faces.agent.talk import Around, Talk, rows_in
from entrepot.kernel.errors import EntrepotError, NotFound
from entrepot.kernel.text import N_
from entrepot.services.agent_message import NUMBER_MAX, error_payload
from entrepot.services.ports_agent_desk import AgentTell

REPORTS_MAX = 200
"""Usage reports in one message."""

LOG_PARTS_MAX = 16
"""Parts of the log of a run that is over, sent after one poll."""

HURRY_S = 1
"""Wait while a run that is over is being handed in."""

WAIT_S_MAX = 60
FINAL = frozenset({"agent.revoked_here", "agent.unknown", "agent.signature"})
"""Refusals after which no further poll can succeed."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll did.

    Attributes:
        started, dropped: ids of runs; refused: usage reports that do not count.
        running: how many runs the agent has now.
        state: how the exchange has the agent; wait_s: seconds until the next poll.
    """

    started: tuple[str, ...]
    dropped: tuple[str, ...]
    refused: tuple[Mapping[str, object], ...]
    running: int
    state: str
    wait_s: int


class Agent:
    """An enrolled agent over its folder.

    Args:
        around: what it needs of the world.
        slots: how many runs it takes at once.

    Raises:
        NotFound: the folder holds no agent.
    """

    def __init__(self, around: Around, slots: int) -> None:
        noted = around.place.load()
        if not noted.get("agent_id"):
            raise NotFound(
                "agent.no_folder",
                N_("The folder holds no agent that enrolled."),
                hint=N_("Enrol first: entrepot agent enrol TOKEN"),
            )
        self._around, self._slots, self._noted = around, slots, noted
        self.id, self.centre_id = str(noted["agent_id"]), str(noted["centre_id"])
        self._seq = cast(int, noted["seq"])
        self._runs = read_runs(noted)
        self._over: set[str] = set()
        self._bench = Bench(around.place)
        self._talk = Talk(
            around, self.centre_id, self.id, str(noted["exchange_key"]), self._next_number
        )

    def _next_number(self) -> int:
        """Return the next number of a message; noted first, so that no crash uses it twice."""
        self._seq = min(self._seq + 1, NUMBER_MAX)
        self._note()
        return self._seq

    def _note(self) -> None:
        self._noted["seq"] = self._seq
        self._noted["runs"] = {name: run.plain() for name, run in self._runs.items()}
        self._around.place.note(self._noted)

    def poll(self) -> Polled:
        """Ask once, and do what is answered.

        Raises:
            EntrepotError: nobody answers, the exchange refuses, or this machine cannot go on;
                what was not done is done by the next poll.
        """
        rows, reports = self._look()
        payload = {
            "free": max(self._slots - len(self._runs), 0),
            "reports": reports,
            "runs": rows,
        }
        answer = self._talk.ask("poll", payload)
        dropped = self._drop(cast("Sequence[str]", answer["drop"]))
        self._acknowledge(cast("Mapping[str, int]", answer["acked"]))
        for name in cast("Sequence[str]", answer["cancel"]):
            if name in self._runs:
                self._bench.stop(self._runs[name])
        started = self._take(rows_in(answer, "give"))
        self._send(answer)
        return Polled(
            tuple(started),
            tuple(dropped),
            tuple(rows_in(answer, "refused")),
            len(self._runs),
            str(answer["state"]),
            HURRY_S if self._over & self._runs.keys() else cast(int, answer["poll_s"]),
        )

    def _look(self) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
        """Return the rows of the runs and their usage that is not acknowledged.

        The state is read first: a run that is over then has written its last report.
        """
        rows: list[dict[str, object]] = []
        reports: list[dict[str, object]] = []
        self._over = set[str]()
        for run in self._runs.values():
            state = self._bench.state(run)
            if state is None:  # A crash came before it was started.
                rows.append({"id": run.id, "log_left": False, "outputs": [], "state": None})
                continue
            if state.phase.is_final:
                self._over.add(run.id)
            rows.append(self._bench.row(run, state))
            reports += self._bench.reports(run, REPORTS_MAX - len(reports))
        return rows, reports

    def _drop(self, names: Sequence[str]) -> list[str]:
        """Forget runs that are done, or no longer this agent's; what still runs is stopped."""
        dropped = [name for name in names if name in self._runs]
        for name in dropped:
            run = self._runs[name]
            state = self._bench.state(run)
            if state is not None and not state.phase.is_final:
                self._bench.stop(run)
            del self._runs[name]
        if dropped:
            self._note()
        return dropped

    def stop_all(self) -> None:
        """Stop every run: nobody will ever pay for what they still use."""
        for run in self._runs.values():
            self._bench.stop(run)

    def _acknowledge(self, acked: Mapping[str, int]) -> None:
        for name, seq in acked.items():
            if name in self._runs:
                self._runs[name].acked = seq

    def _take(self, rows: Sequence[Mapping[str, object]]) -> list[str]:
        """Note new runs, fetch what they need, and start them; also those that a crash left."""
        for row in rows:
            name = str(row["id"])
            if name not in self._runs:
                self._runs[name] = Run(name, cast("Mapping[str, object]", row["spec"]), {})
        if rows:
            self._note()
        started: list[str] = []
        for run in [one for one in self._runs.values() if not one.started]:
            fetch_inputs(self._talk, self._around.place, run)
            self._bench.start(run)
            started.append(run.id)
            self._note()
        return started

    def _send(self, answer: Mapping[str, object]) -> None:
        """Send what came of the logs, and the outputs that the exchange may have."""
        for name, offset in cast("Mapping[str, int]", answer["log_from"]).items():
            if name in self._runs:
                run = self._runs[name]
                parts = LOG_PARTS_MAX if run.id in self._over else 1
                send_log(self._talk, self._bench, run, offset, parts)
        for name, wanted in cast("Mapping[str, Sequence[str]]", answer["want"]).items():
            if name in self._runs:
                send_outputs(self._talk, self._bench, self._runs[name], wanted)


def run_agent(
    agent: Agent,
    tell: AgentTell,
    wait: Callable[[int], bool],
    *,
    polls: int | None = None,
) -> None:
    """Poll until told to stop, or for a number of polls; runs go on without the agent.

    Args:
        agent: who polls.
        tell: hears what happens.
        wait: waits so many seconds; False when the agent has to stop.
        polls: most polls; None for no end.

    Raises:
        EntrepotError: the last of a number of polls failed, or no further one can succeed.
    """
    done, trouble_s = 0, 0
    while polls is None or done < polls:
        done += 1
        try:
            polled = agent.poll()
        except EntrepotError as error:
            if error.code == "agent.revoked_here":
                agent.stop_all()
            if error.code in FINAL or done == polls:
                raise
            trouble_s = min(max(2 * trouble_s, 5), WAIT_S_MAX)
            tell("trouble", {**_told(error), "wait_s": trouble_s})
            wait_s = trouble_s
        else:
            trouble_s, wait_s = 0, polled.wait_s
            _tell_of(polled, tell)
        if done != polls and not wait(wait_s):
            return


def _told(error: EntrepotError) -> dict[str, object]:
    """Return a refusal with its template beside it, for a reader of another language."""
    told = cast("Mapping[str, object]", error_payload(error)["error"])
    template, params = told["message"], told["params"]
    return {"code": error.code, "message": str(error), "params": params, "template": template}


def _tell_of(polled: Polled, tell: AgentTell) -> None:
    for name in polled.started:
        tell("started", {"run": name})
    for name in polled.dropped:
        tell("over", {"run": name})
    for row in polled.refused:
        tell("refused", row)
