"""What goes wrong around Kubernetes, against the API that the tests play."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.contract import kubernetes_server as kube
from tests.contract.backend_rigs import DEVICE, Rig, checked, kubernetes_settings
from tests.contract.kubernetes_server import KubernetesServer

from entrepot.adapters.backends.cluster.backend import ClusterBackend
from entrepot.adapters.backends.kubernetes.scheduler import KubernetesScheduler
from entrepot.adapters.backends.kubernetes.settings import KubernetesDevice
from entrepot.domain.metering.report import read_report
from entrepot.kernel.errors import EntrepotError, Fault, Refused
from entrepot.services.backend_port import Phase


@dataclass(frozen=True, slots=True)
class Cluster:
    """A server and a backend that speaks to it."""

    server: KubernetesServer
    home: Path
    rig: Rig

    def other(self, **changes: object) -> ClusterBackend:
        settings = kubernetes_settings(self.server, self.home / "kubeconfig")
        settings = replace(settings, **changes)  # type: ignore[arg-type]
        seats = self.home / "seats"
        scheduler = KubernetesScheduler(settings, seats)
        return ClusterBackend(self.home / "other", scheduler, seats, settle_s=0.2)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    pytest.importorskip("kubernetes", reason="no client (pip install entrepot[kubernetes])")
    home = tmp_path / "home"
    (home / "seats").mkdir(parents=True)
    server = KubernetesServer(home / "seats")
    settings = kubernetes_settings(server, home / "kubeconfig")
    scheduler = KubernetesScheduler(settings, home / "seats")
    rig = Rig(ClusterBackend(home, scheduler, home / "seats", settle_s=0.2), close=server.stop)
    yield Cluster(server, home, rig)
    rig.clear()


def refused(backend: ClusterBackend, rig: Rig, **fields: object) -> EntrepotError:
    with pytest.raises((Refused, Fault)) as caught:
        backend.submit(rig.spec("print('no')", **fields))
    assert str(caught.value).endswith(".") and caught.value.render_hint()
    return caught.value


def test_what_the_cluster_does_not_have_is_refused_in_one_sentence(cluster: Cluster) -> None:
    rig, lost = cluster.rig, {DEVICE: KubernetesDevice("huawei.com/Ascend910")}
    whole = {DEVICE: KubernetesDevice(kube.DEVICE)}
    found = [
        refused(cluster.other(namespace="elsewhere"), rig),
        refused(cluster.other(), rig, device="a100-sxm"),
        refused(cluster.other(devices=lost), rig, device=DEVICE, milli_devices=1000),
        refused(cluster.other(devices=whole), rig, device=DEVICE, milli_devices=250),
        refused(cluster.other(), rig, device=DEVICE, milli_devices=1500),
    ]
    assert [error.code for error in found] == [
        "backend.partition", "backend.device", "backend.device", "backend.share", "backend.share"
    ]  # fmt: skip
    assert kube.DEVICE in str(found[2]) and "elsewhere" in str(found[0])


def test_a_wrong_token_and_a_silent_api_are_told_apart(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = cluster.other()
    monkeypatch.setattr(kube, "TOKEN", "another")
    assert refused(backend, cluster.rig).code == "backend.not_allowed"
    assert any("does not let" in text for text in backend.describe().warnings)
    monkeypatch.undo()
    backend = cluster.other()
    cluster.server.kubeconfig(cluster.home / "kubeconfig", port=9)
    spec = cluster.rig.spec("pass")
    with pytest.raises(Fault) as caught:
        backend.submit(spec)
    assert caught.value.code == "backend.unreachable"
    state = backend.state(spec.job_id)
    assert state.phase is Phase.QUEUED and checked(state.reason) == "backend.unreachable"
    assert any("not answer" in text for text in backend.describe().warnings)


def test_a_node_that_is_lost_is_told_and_avoided_by_the_next_run(cluster: Cluster) -> None:
    rig = cluster.rig
    spec = rig.spec("import time; print('on', flush=True); time.sleep(600)", time_limit_s=900)
    rig.submit(spec)
    rig.until_printed(spec.job_id, "on")
    cluster.server.lose_node("k1")
    state = rig.ended(spec.job_id)
    assert state.phase is Phase.LOST and checked(state.reason) == "backend.node_lost"
    last = read_report(rig.backend.reports(spec.job_id, 0)[-1].body)
    assert last.final and last.recovered
    rig.submit(replace(spec, fence=5, command=("python3", "-c", "print('again')")))
    sent = json.dumps(cluster.server.created[-1])
    assert '"NotIn", "values": ["k1"]' in sent
    assert rig.ended(spec.job_id).phase is Phase.SUCCEEDED


def test_a_job_that_waits_for_devices_is_queued_and_can_be_taken_out(cluster: Cluster) -> None:
    rig = cluster.rig
    whole = [
        rig.start("import time; time.sleep(60)", device=DEVICE, milli_devices=8000)
        for _ in kube.NODES
    ]
    last = rig.start("print('never')", device=DEVICE, milli_devices=1000)
    assert rig.backend.state(last).phase is Phase.QUEUED
    rig.backend.cancel(last)
    state = rig.ended(last)
    assert state.phase is Phase.CANCELLED and rig.backend.reports(last, 0) == []
    for job_id in whole:
        rig.backend.cancel(job_id)


def test_what_is_fetched_is_deleted_and_pods_have_no_rights(cluster: Cluster) -> None:
    rig = cluster.rig
    job_id, _ = rig.run("pass")
    assert any(request.startswith("DELETE") for request in cluster.server.requests)
    assert not list((cluster.home / "seats").glob(f"{job_id}*"))
    pod = cluster.server.created[-1]["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["containers"][0]["securityContext"]["allowPrivilegeEscalation"] is False
    limits = pod["containers"][0]["resources"]
    assert limits["limits"] == limits["requests"]
