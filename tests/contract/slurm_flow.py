"""Many jobs through the whole house to a real Slurm, with a node lost in the middle."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import tests.contract.slurm_cluster as sc
from tests.e2e.flow_tools import EXAMPLES, LocalApp, job_file, keep_quote, open_home, quote_of

from entrepot.bootstrap import EmbeddedApp
from entrepot.kernel.money import HKD, Amount
from entrepot.services import records as r
from entrepot.services import register
from entrepot.services.finish_job import advance
from entrepot.services.lease import take_quote
from entrepot.services.run_job import start_job

CENTRE = "gz-slurm"
STALL_S = 120
_BACKENDS = """\
{name}:
  kind: slurm
  seats: {home}/seats
  partition: hk
  devices: {{h800-sxm: h800}}
  shares_per_device: {shares}
  conf: {conf}
  jobcomp: {jobcomp}
  python: {python}
"""


@dataclass(slots=True)
class Flow:
    """A home whose one centre is a Slurm.

    Attributes:
        app: the exchange; firm: who buys; quote: what each job is a copy of.
        open: jobs that are not billed; bills: job → number of its bill.
        later: what to do at a moment of the monotonic clock.
    """

    app: EmbeddedApp
    firm: r.Firm
    quote: r.Quote
    open: list[str] = field(default_factory=list[str])
    bills: dict[str, str] = field(default_factory=dict[str, str])
    later: tuple[float, Callable[[], None]] | None = None

    def lease(self, n: int) -> None:
        """Lease a device and start the ``n``-th job on it."""
        quote = keep_quote(self.app, self.quote, n)
        lease = take_quote(self.app, quote.id, accept_duties=True, key=f"take-{n}")
        self.open.append(start_job(self.app, lease.id).id)

    def look(self) -> None:
        """Take every open job as far as it goes."""
        for job_id in list(self.open):
            step = advance(self.app, job_id)
            if step.invoice is not None:
                self.open.remove(job_id)
                self.bills[job_id] = step.invoice.number

    def run(self, count: int, devices: int, halfway: Callable[[], bool]) -> None:
        """Run so many jobs, as many at a time as there are devices.

        Args:
            count: of jobs; devices: of the cluster.
            halfway: called from the half on until it says that it is done.
        """
        leased, told, moved = 0, False, time.monotonic()
        while len(self.bills) < count:
            before = len(self.bills)
            while leased < count and len(self.open) < devices:
                leased += 1
                self.lease(leased)
            if not told and leased >= count // 2:
                told = halfway()
            if self.later and time.monotonic() > self.later[0]:
                self.later[1]()
                self.later = None
            self.look()
            moved = time.monotonic() if len(self.bills) > before else moved
            assert time.monotonic() - moved < STALL_S, f"{len(self.open)} jobs stand still"
            time.sleep(0.05)


def slurm_home(home: Path, cluster: sc.SlurmCluster, seconds: str) -> Flow:
    """Make a home whose centre runs jobs through a cluster of the tests."""
    app = open_home(home, LocalApp)
    home.mkdir(parents=True, exist_ok=True)
    (home / "backends.yaml").write_text(
        _BACKENDS.format(
            name=CENTRE, home=home, shares=4, conf=cluster.conf, jobcomp=cluster.jobcomp,
            python=sys.executable,
        )
    )  # fmt: skip
    firm = register.register_firm(app, app.read_firm(EXAMPLES / "firm.yaml"), "firm")
    register.deposit(app, firm.id, Amount(100_000_000, HKD), "first", "deposit")
    text = (EXAMPLES / "centre.yaml").read_text("utf-8")
    for old, new in [
        ("centre: demo-gz", f"centre: {CENTRE}"),
        ("backend: local", f"backend: {CENTRE}"),
        ("device: cpu", "device: h800-sxm"),
        ("devices: 2", f"devices: {len(sc.NODES) * sc.DEVICES}"),
    ]:
        assert old in text
        text = text.replace(old, new)
    (home / "centre.yaml").write_text(text, "utf-8")
    register.register_centre(app, app.read_centre(home / "centre.yaml"), "centre")
    command = f'[sh, -c, "echo $CUDA_VISIBLE_DEVICES > out.txt; sleep {seconds}"]'
    path = job_file(home, command=command, device="H800:1")
    return Flow(app, firm, quote_of(app, firm, path))
