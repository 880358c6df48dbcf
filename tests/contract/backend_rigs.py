"""Backends of every kind, each made ready for the one contract suite."""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from tests.contract import kubernetes_server as kube
from tests.contract.kubernetes_server import KubernetesServer
from tests.contract.ray_cluster import ray_address
from tests.contract.slurm_cluster import SlurmCluster, slurm_cluster

from entrepot.adapters.backends.cluster.backend import ClusterBackend
from entrepot.adapters.backends.kubernetes.scheduler import KubernetesScheduler
from entrepot.adapters.backends.kubernetes.settings import KubernetesDevice, KubernetesSettings
from entrepot.adapters.backends.local.backend import LocalBackend
from entrepot.adapters.backends.ray.scheduler import RayScheduler
from entrepot.adapters.backends.ray.settings import RaySettings
from entrepot.adapters.backends.slurm.scheduler import SlurmScheduler
from entrepot.adapters.backends.slurm.settings import SlurmSettings
from entrepot.services.backend_port import MIB, Reason, RunSpec, RunState

WAIT_S = 90
DEVICE = "h800-sxm"
SPEC = RunSpec(
    job_id="J-1",
    lease_id="L-1",
    fence=4,
    centre_id="demo-gz",
    command=("python3", "-c", "pass"),
    files={},
    outputs=(),
    env={},
    time_limit_s=30,
    milli_devices=500,
    memory_bytes_max=256 * MIB,
    disk_bytes_max=8 * MIB,
    processes_max=64,
    log_bytes_max=200_000,
)
_NUMBERS = itertools.count(1)


@dataclass(slots=True)
class Rig:
    """A backend under test.

    Attributes:
        backend: it; submitted: jobs it got, ended with the test.
        close: ends what was started for it alone.
    """

    backend: ClusterBackend | LocalBackend
    submitted: list[str] = field(default_factory=list[str])
    close: Callable[[], None] = lambda: None

    def spec(self, code: str, **fields: object) -> RunSpec:
        """Return a run of some Python under a job id of its own."""
        fields.setdefault("job_id", f"J-{os.getpid()}-{next(_NUMBERS)}")
        return replace(SPEC, command=("python3", "-c", code), **fields)  # type: ignore[arg-type]

    def submit(self, spec: RunSpec) -> str:
        """Submit a run and return the id of its job."""
        if spec.job_id not in self.submitted:
            self.submitted.append(spec.job_id)
        self.backend.submit(spec)
        return spec.job_id

    def start(self, code: str, **fields: object) -> str:
        """Submit some Python and return the id of its job."""
        return self.submit(self.spec(code, **fields))

    def ended(self, job_id: str) -> RunState:
        """Wait for the end of a job."""
        return self.until(job_id, lambda state: state.phase.is_final)

    def until(self, job_id: str, holds: Callable[[RunState], bool]) -> RunState:
        """Wait until a state is as wanted."""
        until = time.monotonic() + WAIT_S
        while not holds(state := self.backend.state(job_id)):
            assert time.monotonic() < until, f"{job_id} stays {state}"
            time.sleep(0.05)
        return state

    def printed(self, job_id: str) -> str:
        """Return the log of a job."""
        return self.backend.logs(job_id, 0)[0].decode()

    def until_printed(self, job_id: str, words: str) -> None:
        """Wait until a job has printed something."""
        self.until(job_id, lambda state: words in self.printed(job_id) or state.phase.is_final)
        assert words in self.printed(job_id)

    def run(self, code: str, **fields: object) -> tuple[str, RunState]:
        """Run some Python to its end."""
        job_id = self.start(code, **fields)
        return job_id, self.ended(job_id)

    def clear(self) -> None:
        """End what a test has left."""
        for job_id in self.submitted:
            try:
                self.backend.cancel(job_id)
            except Exception:  # a test may have broken the backend on purpose
                continue
        self.close()


def checked(reason: Reason | None) -> str:
    """Return the code of a reason, after a look at its sentence and its way out."""
    assert reason is not None
    assert reason.text.endswith(".") and "{" not in reason.text
    assert "{" not in reason.hint_text
    return reason.code


def local(home: Path) -> Rig:
    """The machine itself, with eight devices that it only pretends to have."""
    devices = tuple(str(number) for number in range(8))
    return Rig(LocalBackend(home, report_every_s=1, devices=devices))


def slurm_settings(cluster: SlurmCluster) -> SlurmSettings:
    """Settings for the cluster of the tests."""
    return SlurmSettings(
        partition="hk",
        devices={DEVICE: "h800"},
        shares_per_device=4,
        conf=str(cluster.conf),
        jobcomp=str(cluster.jobcomp),
        python=sys.executable,
    )


def slurm(home: Path) -> Rig:
    """A real Slurm of three nodes."""
    scheduler = SlurmScheduler(slurm_settings(slurm_cluster()))
    return Rig(ClusterBackend(home, scheduler, home / "seats", report_every_s=1, settle_s=0.5))


def ray_settings() -> RaySettings:
    """Settings for one site of the Ray of the tests."""
    return RaySettings(ray_address(), "site_gz", {DEVICE: "H800"})


def ray(home: Path) -> Rig:
    """A real Ray of two nodes."""
    scheduler = RayScheduler(ray_settings())
    return Rig(ClusterBackend(home, scheduler, home / "seats", report_every_s=1, settle_s=0.5))


def kubernetes_settings(server: KubernetesServer, kubeconfig: Path) -> KubernetesSettings:
    """Settings for the API that the tests play."""
    return KubernetesSettings(
        namespace=kube.NAMESPACE,
        image="python:3.11",
        claim="seats",
        kubeconfig=str(server.kubeconfig(kubeconfig)),
        devices={DEVICE: KubernetesDevice(kube.DEVICE, {}, kube.SHARE)},
        python=sys.executable,
    )


def kubernetes(home: Path) -> Rig:
    """The official client of Kubernetes against an API that is played."""
    pytest.importorskip("kubernetes", reason="no client (pip install entrepot[kubernetes])")
    home.mkdir(parents=True)
    server = KubernetesServer(home / "seats")
    settings = kubernetes_settings(server, home / "kubeconfig")
    scheduler = KubernetesScheduler(settings, home / "seats")
    backend = ClusterBackend(home, scheduler, home / "seats", report_every_s=1, settle_s=0.5)
    return Rig(backend, close=server.stop)


RIGS: dict[str, Callable[[Path], Rig]] = {
    "local": local,
    "slurm": slurm,
    "ray": ray,
    "kubernetes": kubernetes,
}


def rigged(make: Callable[[Path], Rig], home: Path) -> Iterator[Rig]:
    """Make a rig and clear it afterwards."""
    rig = make(home)
    yield rig
    rig.clear()
