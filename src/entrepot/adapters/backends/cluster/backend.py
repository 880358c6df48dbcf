"""The backend of a cluster: seats, keepers and signed usage over any scheduler."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from entrepot.adapters.backends.cluster import endings, kit
from entrepot.adapters.backends.cluster.close import Closing
from entrepot.adapters.backends.cluster.scheduler import Look, Order, Scheduler, Stage
from entrepot.adapters.backends.cluster.seat import ask_to_end, fill, name_of, place_of
from entrepot.adapters.backends.cluster.stored import closed, locked, spec_of, ticket_in
from entrepot.adapters.backends.local import limits
from entrepot.adapters.backends.local.collect import listed
from entrepot.adapters.backends.local.folder import (
    Body,
    JobFolder,
    read_json,
    read_log,
    write_json,
)
from entrepot.adapters.backends.local.prepare import (
    check,
    check_id,
    check_network,
    digest_of,
    disk_fault,
    is_newer,
    plain,
    set_aside,
)
from entrepot.adapters.backends.local.states import read_state
from entrepot.adapters.backends.local.usage import read_reports
from entrepot.adapters.identity.signing import load_or_create
from entrepot.domain.metering.report import read_report
from entrepot.kernel.errors import EntrepotError, Fault, Invalid, NotFound, Refused
from entrepot.kernel.text import N_
from entrepot.services.backend_port import (
    BackendInfo,
    OutputFile,
    Phase,
    RunSpec,
    RunState,
    SignedReport,
)

REPORT_EVERY_S = 10
SETTLE_S = 5.0
"""How long after a scheduler called a run ended its last words may still travel."""


class ClusterBackend:
    """Runs jobs on a cluster, through its scheduler.

    Args:
        home: folder of the state here; jobs lie in ``jobs``, keys in ``keys``.
        scheduler: of the cluster.
        seats: folder of the seats; where nodes share it, the same path there.
        sandbox: kind of sandbox that keepers use on the nodes.
        report_every_s: seconds between usage reports.
        settle_s: how long last words may travel, seconds.
    """

    def __init__(
        self,
        home: Path,
        scheduler: Scheduler,
        seats: Path,
        *,
        sandbox: str = "limits",
        report_every_s: int = REPORT_EVERY_S,
        settle_s: float = SETTLE_S,
    ) -> None:
        self._home = home.absolute()
        self._scheduler = scheduler
        self._seats = seats.absolute()
        self._sandbox = sandbox
        self._report_every_s = report_every_s
        self._settle_s = settle_s

    def key_path(self, centre_id: str) -> Path:
        """Return where the key lies by which a centre's usage is signed."""
        check_id(centre_id)
        return self._home / "keys" / f"meter-{centre_id}.key"

    def public_key(self, centre_id: str) -> bytes:
        """Return the raw public key of a centre; made if there is none yet."""
        return load_or_create(self.key_path(centre_id)).public

    def describe(self) -> BackendInfo:
        """Return how the cluster keeps jobs apart, and what to warn of."""
        return self._scheduler.describe()

    def submit(self, spec: RunSpec) -> None:
        """Place the job, once; a second submit of the same job attaches to the first.

        Under a higher fencing token the run under the old one is ended, and the job starts anew.

        Raises:
            Invalid: a name leaves the work folder, a limit has no meaning, a file is missing.
            Refused: the cluster can never run it.
            Conflict: the job id was submitted with another spec, or under a higher token.
            Fault: a folder cannot be written, or the scheduler does not answer.
        """
        check(spec)
        check_network(spec)
        self._scheduler.check(spec)
        folder = JobFolder(self._home / "jobs" / spec.job_id)
        self.public_key(spec.centre_id)
        try:
            folder.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            with locked(folder.prepare_lock):
                self._prepare(folder, spec)
                self._place(folder, read_json(folder.spec) or {})
        except OSError as error:
            raise disk_fault(folder.root, error) from error

    def state(self, job_id: str) -> RunState:
        """Return where the run stands; what the cluster knows of its end is fetched and signed."""
        folder = self._known(job_id)
        state = read_state(folder)
        if state.phase.is_final:
            return state
        with locked(folder.prepare_lock):
            return self._look(folder, read_json(folder.spec) or {})

    def logs(self, job_id: str, offset: int) -> tuple[bytes, int]:
        """Return at most a mebibyte of log from ``offset`` on, and the next offset."""
        folder = self._known(job_id)
        if folder.log.exists():
            return read_log(folder.log, offset)
        return read_log(self._seat(read_json(folder.spec) or {}).log, offset)

    def cancel(self, job_id: str) -> None:
        """Ask for the end of the run; one that waits in the queue is taken out of it."""
        folder = self._known(job_id)
        if read_state(folder).phase.is_final:
            return
        spec = read_json(folder.spec) or {}
        folder.cancel.touch()
        ask_to_end(self._seat(spec))
        with contextlib.suppress(Fault):
            self._stop(folder)
        self.state(job_id)

    def outputs(self, job_id: str) -> Sequence[OutputFile]:
        """Return the files handed back; empty until the run has ended."""
        folder = self._known(job_id)
        return listed(folder) if read_state(folder).phase.is_final else []

    def reports(self, job_id: str, after_seq: int) -> Sequence[SignedReport]:
        """Return the signed usage reports with a sequence number above ``after_seq``."""
        reports = read_reports(self._known(job_id).reports)
        return [report for report in reports if read_report(report.body).seq > after_seq]

    def _seat(self, spec: Body) -> JobFolder:
        return JobFolder(self._seats / name_of(spec))

    def _known(self, job_id: str) -> JobFolder:
        check_id(job_id)
        folder = JobFolder(self._home / "jobs" / job_id)
        if not folder.spec.exists():
            raise NotFound(
                "backend.job",
                N_("Job {id} was never started on this machine."),
                hint=N_("List the jobs: entrepot jobs"),
                id=job_id,
            )
        return folder

    def _prepare(self, folder: JobFolder, spec: RunSpec) -> None:
        known, before = read_json(folder.spec), read_state(folder)
        if known is not None:
            if not is_newer(known, spec):
                return
            self._end(folder, known)
        set_aside(folder)
        for name in ("ticket.json", "intent", "ended"):
            (folder.root / name).unlink(missing_ok=True)
        fill(self._seat(plain(spec)), spec, self._sandbox)
        body = plain(spec) | {
            "digest": digest_of(spec),
            "key": str(self.key_path(spec.centre_id)),
            "report_every_s": self._report_every_s,
            # A scheduler may take a while to notice that a node is lost.
            "avoid": before.node if before.phase is Phase.LOST else "",
        }
        write_json(folder.spec, body)

    def _end(self, folder: JobFolder, known: Body) -> None:
        """End the run under an old token; a node that cannot hear keeps to its own seat."""
        if read_state(folder).phase.is_final:
            return
        ask_to_end(self._seat(known))
        ticket = ticket_in(folder)
        if ticket:
            self._scheduler.cancel(ticket)

    def _place(self, folder: JobFolder, spec: Body) -> str:
        """Tell the scheduler of a run, once, and keep its name for it."""
        ticket = ticket_in(folder)
        if ticket or read_state(folder).phase.is_final:
            return ticket
        seat, intent = self._seat(spec), folder.root / "intent"
        order = Order(name_of(spec), spec_of(spec), seat, self._kit(), str(spec.get("avoid", "")))
        if intent.exists():
            # A process died between asking the scheduler and noting its answer.
            ticket = self._scheduler.find(order)
        intent.touch()
        ticket = ticket or self._scheduler.submit(order)
        write_json(folder.root / "ticket.json", {"ticket": ticket})
        return ticket

    def _ticket_of(self, folder: JobFolder, spec: Body, asked: bool) -> str:
        """Return the scheduler's name of a run; empty if it never heard of it and never shall."""
        if not asked or ticket_in(folder):
            return self._place(folder, spec)
        if not (folder.root / "intent").exists():
            return ""
        return self._scheduler.find(Order(name_of(spec), spec_of(spec), self._seat(spec), Path()))

    def _kit(self) -> Path:
        return kit.lay_out(self._seats, kit.kit_name(), kit.kit_files())

    def _look(self, folder: JobFolder, spec: Body) -> RunState:
        """Look at a run once, and take it as far as it goes."""
        state, seat = read_state(folder), self._seat(spec)
        if state.phase.is_final:
            return state
        asked = folder.cancel.exists()
        try:
            ticket = self._ticket_of(folder, spec, asked)
            if not ticket:
                return closed(folder, seat, limits.cancelled())
            look = self._scheduler.look(ticket)
            self._scheduler.pull(ticket, seat)
        except (Refused, Invalid) as error:
            return closed(folder, seat, (Phase.FAILED, endings.trouble(error)))
        except Fault as error:
            return self._unheard(folder, seat, error)
        closing = Closing(folder, seat, spec, self._settle_s)
        ended = closing.ended(look, asked)
        with contextlib.suppress(Fault):
            if ended is not None:
                if ended.phase is Phase.LOST and look.stage in (Stage.QUEUED, Stage.RUNNING):
                    self._scheduler.cancel(ticket)
                self._scheduler.forget(ticket)
            elif asked and look.stage is Stage.QUEUED:
                self._scheduler.cancel(ticket)
        return ended or closing.going_on(look)

    def _unheard(self, folder: JobFolder, seat: JobFolder, error: EntrepotError) -> RunState:
        """Return what the seat tells while the scheduler is silent: the job runs on without it."""
        seen = read_state(seat)
        phase = Phase.QUEUED if seen.phase is Phase.QUEUED else Phase.RUNNING
        node, devices = place_of(seat)
        return RunState(
            phase,
            reason=endings.trouble(error),
            started_at=seen.started_at,
            node=node,
            devices=devices,
        )

    def _stop(self, folder: JobFolder) -> None:
        ticket = ticket_in(folder)
        if not ticket:
            return
        look: Look = self._scheduler.look(ticket)
        if look.stage is Stage.QUEUED:
            self._scheduler.cancel(ticket)
        else:
            self._scheduler.stop(ticket)
