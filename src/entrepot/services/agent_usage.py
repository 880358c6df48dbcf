"""Usage that an agent brings: kept once where the run is still its own, else refused and noted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from entrepot.domain.metering.report import read_report
from entrepot.kernel.canonical import digest, sha256_hex
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services.agent_message import text_of, whole_of
from entrepot.services.agent_run import assignment_id
from entrepot.services.backend_port import OutputFile, SignedReport
from entrepot.services.lease import the_lease
from entrepot.services.meter import keep_reports
from entrepot.services.run_job import the_job

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_agents import Agent, Assignment

LEASABLE = ("allow", "allow_with_duties")
Row = Mapping[str, object]


def take(
    app: App, agent: Agent, held: Mapping[str, Assignment], rows: Sequence[Row], now: int
) -> list[dict[str, str]]:
    """Keep the reports of a delivery, each once.

    Args:
        app: the exchange.
        agent: who brings them.
        held: what it runs now, by id.
        rows: ``body`` and ``signature`` of each.
        now: Unix second.

    Returns:
        Reports that do not count: ``id`` and ``why``.
    """
    mine: dict[str, list[SignedReport]] = {}
    late: list[dict[str, str]] = []
    for row in rows:
        report = _signed(row)
        try:
            read = read_report(report.body)
        except Invalid:
            late.append({"id": sha256_hex(report.body)[:16], "why": "unreadable"})
            continue
        name = assignment_id(read.job_id, read.fence)
        if name in held:
            mine.setdefault(name, []).append(report)
        else:
            late.append({"id": read.id, "why": "not_held"})
    if late:
        _note_late(app, agent, late, rows, now)
    for name, reports in mine.items():
        late += _keep(app, held[name], reports)
    return late


def _signed(row: Row) -> SignedReport:
    body = text_long(row, "body")
    try:
        return SignedReport(body.encode(), bytes.fromhex(text_of(row, "signature")), "")
    except ValueError:
        return SignedReport(body.encode(), b"", "")


def text_long(row: Row, name: str) -> str:
    """Return a text of a row as it is.

    Raises:
        Invalid: it is no text.
    """
    value = row.get(name)
    if not isinstance(value, str):
        raise Invalid("agent.report", N_("A usage report of an agent is no text."))
    return value


def _keep(app: App, one: Assignment, reports: Sequence[SignedReport]) -> list[dict[str, str]]:
    lease, job = the_lease(app, one.lease_id), the_job(app, one.job_id)
    kept = keep_reports(app, lease, job, reports)
    # A report that was kept before is no news: the answer that said so was lost.
    return [{"id": name, "why": why} for name, why in kept.rejected if why != "duplicate"]


def _note_late(app: App, agent: Agent, late: Sequence[Row], rows: Sequence[Row], now: int) -> None:
    """Write into the journal what came too late, or under a fence that was replaced."""

    def action(_uow: UnitOfWork) -> dict[str, object]:
        return {"refused": len(late)}

    body: dict[str, object] = {"agent": agent.id, "reports": [dict(row) for row in late]}
    key = f"late:{digest([body, [dict(row) for row in rows]])}"
    app.store.command(f"agent:{agent.id}", "agent.late", key, body, now, action)


def is_final(app: App, one: Assignment) -> bool:
    """Say whether the last usage report of a run has come."""
    with app.store.reading() as uow:
        return uow.agents.last_report(one.lease_id, one.fence)[1]


def acked(app: App, runs: Sequence[Assignment]) -> dict[str, int]:
    """Return the number of the last usage report kept of each run."""
    if not runs:
        return {}
    with app.store.reading() as uow:
        return {one.id: uow.agents.last_report(one.lease_id, one.fence)[0] for one in runs}


def announced(app: App, one: Assignment, rows: Sequence[Row]) -> list[OutputFile]:
    """Return the outputs that a run announces; only those that its job declares, each once.

    Raises:
        Invalid: a row is no output, or all together are larger than the job's disk.
    """
    wanted = set(cast("list[str]", one.spec["outputs"]))
    files: list[OutputFile] = []
    for row in rows:
        name, sha256, size = text_of(row, "name"), text_of(row, "sha256"), whole_of(row, "bytes")
        if len(sha256) != 64 or not sha256.isalnum():
            raise _bad_outputs(one.id)
        if name in wanted:
            wanted.discard(name)
            files.append(OutputFile(name, _path(app, one.id, sha256), size, sha256))
    if sum(file.bytes for file in files) > cast(int, one.spec["disk_bytes_max"]):
        raise _bad_outputs(one.id)
    return files


def _path(app: App, name: str, sha256: str) -> Path:
    return app.agent_shelf.output(name, sha256)


def _bad_outputs(name: str) -> Invalid:
    return Invalid(
        "agent.outputs",
        N_("Run {id} announces outputs that its job cannot have."),
        hint=N_("Use the same version of the program on both sides."),
        id=name,
    )
