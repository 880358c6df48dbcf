"""What goes wrong around a real Ray: nobody there, wrong names, a node that is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.contract.backend_rigs import DEVICE, Rig, checked, ray, ray_settings, rigged
from tests.contract.ray_cluster import one_more_node

from entrepot.adapters.backends.cluster.backend import ClusterBackend
from entrepot.adapters.backends.ray.scheduler import RayScheduler
from entrepot.domain.metering.report import read_report
from entrepot.kernel.errors import Fault, Refused
from entrepot.services.backend_port import Phase


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    yield from rigged(ray, tmp_path / "home")


def other(tmp_path: Path, **changes: object) -> ClusterBackend:
    settings = replace(ray_settings(), **changes)  # type: ignore[arg-type]
    home = tmp_path / "other"
    return ClusterBackend(home, RayScheduler(settings), home / "seats", settle_s=0.5)


WRONG: list[tuple[dict[str, object], dict[str, object], str, str]] = [
    ({"site": "site_bj"}, {}, "backend.partition", "site_gz"),
    ({}, {"device": "a100-sxm"}, "backend.device", "h800-sxm"),
    ({"devices": {DEVICE: "A100"}}, {"device": DEVICE}, "backend.device", "H800"),
    ({}, {"device": DEVICE, "milli_devices": 9000}, "backend.too_large", "GPU 9"),
    ({}, {"device": DEVICE, "milli_devices": 1500}, "backend.share", "1500"),
    ({}, {"cpus": 64}, "backend.too_large", "CPU 64"),
]


@pytest.mark.parametrize(("settings", "fields", "code", "word"), WRONG)
def test_what_the_cluster_does_not_have_is_refused_in_one_sentence(
    rig: Rig,
    tmp_path: Path,
    settings: dict[str, object],
    fields: dict[str, object],
    code: str,
    word: str,
) -> None:
    with pytest.raises(Refused) as caught:
        other(tmp_path, **settings).submit(rig.spec("print('no')", **fields))
    assert caught.value.code == code and word in str(caught.value)
    assert caught.value.render_hint()


def test_nobody_at_the_address_is_told_at_once(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.run("pass")
    import_ray = __import__("ray")
    monkeypatch.setattr(import_ray, "is_initialized", lambda: False)
    backend = other(tmp_path, address="127.0.0.1:9")
    spec = rig.spec("pass")
    with pytest.raises(Fault) as caught:
        backend.submit(spec)
    assert caught.value.code == "backend.unreachable" and "127.0.0.1:9" in str(caught.value)
    state = backend.state(spec.job_id)
    assert state.phase is Phase.QUEUED and checked(state.reason) == "backend.unreachable"
    assert any("127.0.0.1:9" in text for text in backend.describe().warnings)


def test_a_node_that_is_lost_is_told_and_the_job_runs_elsewhere_under_a_higher_token(
    rig: Rig, tmp_path: Path
) -> None:
    rig.run("pass")  # so that the desk of the site stands on the node that stays
    backend = other(tmp_path)
    spec = replace(
        rig.spec("import time; print('on', flush=True); time.sleep(600)", time_limit_s=900),
        device=DEVICE,
        milli_devices=9000,
    )
    with one_more_node("site_gz", devices=9):
        backend.submit(spec)
        elsewhere = Rig(backend)
        elsewhere.until_printed(spec.job_id, "on")
    state = elsewhere.ended(spec.job_id)
    assert state.phase is Phase.LOST and checked(state.reason) == "backend.node_lost"
    last = read_report(backend.reports(spec.job_id, 0)[-1].body)
    assert last.final and last.recovered
    again = replace(spec, fence=5, milli_devices=1000, command=("python3", "-c", "print('again')"))
    backend.submit(again)
    assert elsewhere.ended(spec.job_id).phase is Phase.SUCCEEDED
    assert elsewhere.printed(spec.job_id) == "again\n"
