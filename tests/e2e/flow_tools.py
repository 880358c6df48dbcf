"""What the tests of the whole flow share: a home to play in, a quick backend, and sums.

The backend here runs nothing, but keeps all promises of the port: a job starts once, what it
measured is signed with the centre's real key, and everything lies in files, so that it outlives
a killed process as a real centre would.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from sqlalchemy import func, select

from entrepot.adapters.documents.paper import PaperMaker
from entrepot.adapters.identity.signing import SigningKey, load_or_create
from entrepot.adapters.sql.business_tables import device_unit
from entrepot.adapters.system import write_whole
from entrepot.bootstrap import EmbeddedApp
from entrepot.domain.contracts.model import CentreStatement
from entrepot.domain.metering.model import NO_REPORT, UsageReport
from entrepot.domain.metering.report import write_report
from entrepot.kernel.canonical import canonical_json, sha256_hex
from entrepot.kernel.errors import NotFound
from entrepot.kernel.ids import make_id
from entrepot.services import records as r
from entrepot.services import register
from entrepot.services.app import App
from entrepot.services.backend_port import (
    Backend,
    BackendInfo,
    OutputFile,
    Phase,
    Reason,
    RunSpec,
    RunState,
    SignedReport,
)
from entrepot.services.ports import UnitOfWork
from entrepot.services.quote import quote_job
from entrepot.services.settings import read_settings

EXAMPLES = Path(__file__).parents[2] / "examples"
CENTRE = "demo-gz"
POOL = f"{CENTRE}/cpu"

JOB = """\
job: small
run:
  command: {command}
  outputs: [out.txt]
resources: {{device: "{device}", isolation: {isolation}}}
duration: {duration}
egress: 1MB
data:
  from: HK
  collected_in: [HK]
  purpose: rendering
  leg_persons: 0
  leg_sensitive: 0
  important_declared: false
  state_secret_or_core: false
  onward_outside_gba: false
  gba_pilot_sector: false
  purpose_compatible: true
  prescribed_consent: true
  return: {{mixes_cn_personal: false, mixes_cn_important: false}}
placement: {{end_use: commercial}}
"""


class StubBackend:
    """A centre whose jobs end at the second look, with a use that follows from their id."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._jobs = home / "stub"

    def key(self, centre_id: str) -> SigningKey:
        """Return the key of a centre's meters, the one that the local backend would use."""
        return load_or_create(self._home / "keys" / f"meter-{centre_id}.key")

    def submit(self, spec: RunSpec) -> None:
        self._jobs.mkdir(parents=True, exist_ok=True)
        draft = self._jobs / f".{spec.job_id}.{secrets.token_hex(4)}"
        write_whole(draft, json.dumps(self._run(spec)).encode())
        try:
            os.link(draft, self._file(spec.job_id))
        except FileExistsError:
            pass
        finally:
            draft.unlink()

    def _run(self, spec: RunSpec) -> dict[str, Any]:
        chance = int(sha256_hex(spec.job_id.encode())[:8], 16)
        started, wall = clock_s(), chance % (spec.time_limit_s + 1)
        reports: list[dict[str, Any]] = []
        prev, begun = NO_REPORT, 0
        for seq, (until, final) in enumerate(((wall // 2, False), (wall, True)), 1):
            report = UsageReport(
                spec.centre_id, spec.lease_id, spec.job_id, spec.fence, seq,
                started + begun, started + until, until, until * spec.milli_devices,
                until * 900, 1 << 20, final, False, prev,
            )  # fmt: skip
            body = write_report(report)
            signature = self.key(spec.centre_id).sign(body).hex()
            reports.append({"body": body.decode(), "signature": signature})
            prev, begun = sha256_hex(body), until
        ended = {"exit": 3 if chance % 8 == 0 else 0, "started": started, "wall": wall}
        return {**ended, "outputs": list(spec.outputs), "reports": reports}

    def _file(self, job_id: str) -> Path:
        return self._jobs / f"{job_id}.json"

    def _known(self, job_id: str) -> dict[str, Any]:
        try:
            return json.loads(self._file(job_id).read_bytes())
        except FileNotFoundError:
            raise NotFound("stub.job", "Job {id} was never started.", id=job_id) from None

    def _seen(self, job_id: str) -> Path:
        return self._jobs / f"{job_id}.seen"

    def state(self, job_id: str) -> RunState:
        run = self._known(job_id)
        if not self._seen(job_id).exists():
            self._seen(job_id).touch()
            return RunState(Phase.RUNNING, started_at=run["started"])
        failed = run["exit"] != 0
        return RunState(
            Phase.FAILED if failed else Phase.SUCCEEDED,
            run["exit"],
            Reason("job.exit_code", "It ended with {code}.", params={"code": 3})
            if failed
            else None,
            run["started"],
            run["started"] + run["wall"],
        )

    def logs(self, job_id: str, offset: int) -> tuple[bytes, int]:
        return b"", offset

    def cancel(self, job_id: str) -> None:
        self._known(job_id)

    def outputs(self, job_id: str) -> Sequence[OutputFile]:
        run = self._known(job_id)
        files: list[OutputFile] = []
        for name in run["outputs"] if self._seen(job_id).exists() else []:
            data = f"{name} of {job_id}\n".encode()
            path = self._jobs / f"{job_id}.{name}"
            path.write_bytes(data)
            files.append(OutputFile(name, path, len(data), sha256_hex(data)))
        return files

    def reports(self, job_id: str, after_seq: int) -> Sequence[SignedReport]:
        # The last one is written when the run ends, which is at the second look.
        reports = self._known(job_id)["reports"][: 2 if self._seen(job_id).exists() else 1]
        return [
            SignedReport(one["body"].encode(), bytes.fromhex(one["signature"]), "stub")
            for one in reports[after_seq:]
        ]

    def describe(self) -> BackendInfo:
        return BackendInfo("stub", "none", ())


def clock_s() -> int:
    """Return the Unix second of the machine."""
    return EmbeddedApp(read_settings({})).clock.now()


class QuickPapers(PaperMaker):
    """Papers whose PDF is not drawn: what is tested here is when they are written."""

    def statement_pdf(self, statement: CentreStatement, lang: str) -> bytes:
        return b"%PDF statement in " + lang.encode()


class LocalApp(EmbeddedApp):
    """The exchange with real jobs and quick papers.

    The PDF maker has threads of its own, which do not survive a fork.
    """

    @property
    def documents(self) -> PaperMaker:
        return QuickPapers(self.settings.branch_name)


class StubApp(LocalApp):
    """The exchange with quick jobs and quick papers."""

    def backend(self, name: str) -> Backend:
        return StubBackend(self.home)


def open_home(home: Path, kind: type[EmbeddedApp] = StubApp, db: str = "") -> EmbeddedApp:
    """Return the exchange over a home; made if need be. ``db`` is the address of its database."""
    # The shipped rates grow older, and these flows settle on whatever day they run.
    environment = {
        "ENTREPOT_HOME": str(home), "ENTREPOT_DB": db, "ENTREPOT_FX_REFUSE_DAYS": "3650"
    }  # fmt: skip
    return kind(read_settings(environment), create=True)


def furnish(app: App, *, devices: int = 2) -> r.Firm:
    """Register a firm and a centre with so many devices; return the firm."""
    firm = register.register_firm(app, app.read_firm(EXAMPLES / "firm.yaml"), "firm")
    text = (EXAMPLES / "centre.yaml").read_text("utf-8")
    path = app.home / "centre.yaml"
    path.write_text(text.replace("devices: 2", f"devices: {devices}"), "utf-8")
    register.register_centre(app, app.read_centre(path), "centre")
    return firm


def job_file(
    folder: Path,
    *,
    command: str = '[sh, -c, "echo done > out.txt"]',
    device: str = "CPU",
    isolation: str = "exclusive",
    duration: str = "10m",
) -> Path:
    """Write a small job and return its path."""
    path = folder / "small.yaml"
    text = JOB.format(command=command, device=device, isolation=isolation, duration=duration)
    path.write_text(text, "utf-8")
    return path


def quote_of(app: App, firm: r.Firm, path: Path) -> r.Quote:
    """Quote a job file; it is not kept yet."""
    return quote_job(app, firm, app.read_job(path), store=False).quote


def keep_quote(app: App, quote: r.Quote, n: int) -> r.Quote:
    """Keep the ``n``-th copy of a quote, the same one however often it is asked."""
    now = app.clock.now()
    copy = replace(
        quote,
        id=make_id("Q", 0, n),
        created_at=now,
        valid_until=now + app.settings.quote_valid_s,
    )

    def action(uow: UnitOfWork) -> dict[str, object]:
        uow.deals.add_quote(copy)
        return {"quote_id": copy.id}

    body: dict[str, object] = {"quote_id": copy.id}
    app.store.command(app.actor, "quote.make", copy.id, body, now, action)
    return copy


@dataclass(frozen=True, slots=True)
class Sums:
    """What the books and the deals say, each summed by itself.

    Attributes:
        free, held: of all prepaid accounts, HKD cents.
        bank: of the branch, HKD cents.
        payable: CNH fen owed by the books; owed: by invoices that no settled batch holds.
        paid: HKD cents that invoices took from holds; settled: that batches took from the bank.
        busy_milli: milli-devices that are not free.
    """

    free: int
    held: int
    bank: int
    payable: int
    owed: int
    paid: int
    settled: int
    busy_milli: int


def sums(app: EmbeddedApp) -> Sums:
    """Add up a home."""
    with app.store.reading() as uow:
        prepaid = [uow.ledger.balance(f"prepaid:{firm.id}") for firm in uow.registry.firms()]
        centres, pools = uow.registry.centres(), uow.registry.pools()
        settled = {batch.id: batch for batch in uow.settlements.batches(("settled",))}
        invoices = uow.deals.invoices()
        return Sums(
            free=sum(account.credit_free for account in prepaid),
            held=sum(account.debits_pending for account in prepaid),
            bank=uow.ledger.balance("bank").debit_net,
            payable=sum(uow.ledger.balance(f"payable:{c.id}").credit_net for c in centres),
            owed=sum(i.centre_minor for i in invoices if i.batch_id not in settled),
            paid=sum(paid_of(invoice) for invoice in invoices),
            settled=sum(batch.mid_minor + batch.spread_minor for batch in settled.values()),
            busy_milli=1000 * sum(pool.devices for pool in pools) - free_milli(app),
        )


def free_milli(app: EmbeddedApp) -> int:
    """Return the milli-devices that no lease holds."""
    with app.store.engine.connect() as conn:
        return int(conn.execute(select(func.sum(device_unit.c.milli_free))).scalar_one())


def paid_of(invoice: r.Invoice) -> int:
    """Return what an invoice took from the firm's hold, HKD cents."""
    document = cast("dict[str, Any]", invoice.body["document"])
    return int(document["paid_from_prepaid"]["minor"])


def digest_of(app: EmbeddedApp) -> str:
    """Return a digest of all balances, devices and deals: the same before and after a refusal."""
    with app.store.reading() as uow:
        state = {
            "sums": repr(sums(app)),
            "leases": [(lease.id, lease.state) for lease in uow.deals.leases()],
            "jobs": [(job.id, job.state) for job in uow.deals.jobs()],
            "invoices": [invoice.digest for invoice in uow.deals.invoices()],
            "batches": [(batch.id, batch.state) for batch in uow.settlements.batches()],
            "free": {name: list(free) for name, free in uow.registry.free_milli().items()},
        }
    return sha256_hex(canonical_json(state))
