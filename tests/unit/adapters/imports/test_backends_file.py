"""The file of backends is read whole, or refused with file, line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from entrepot.adapters.backends.kubernetes.settings import KubernetesSettings
from entrepot.adapters.backends.make import make_backend
from entrepot.adapters.backends.ray.settings import RaySettings
from entrepot.adapters.backends.slurm.settings import SlurmSettings
from entrepot.adapters.backends_port import Backends, only_backend
from entrepot.adapters.imports.backends_file import LocalSettings, read_backends
from entrepot.kernel.errors import Invalid, NotFound

GOOD = """\
gz-slurm:
  kind: slurm
  seats: /shared/seats
  partition: hk
  devices: {h800-sxm: h800}
  shares_per_device: 4
gz-ray: {kind: ray, address: "10.0.0.1:6379", site: site_gz, devices: {h800-sxm: H800}}
gz-k8s:
  kind: kubernetes
  namespace: entrepot
  claim: seats
  seats: /shared/seats
  image: python:3.11-slim
  devices:
    h800-sxm: {resource: nvidia.com/gpu, selector: {gpu: h800}, share_resource: nvidia.com/gpucores}
card: {kind: local, devices: [0, 1]}
"""


def home(tmp_path: Path, text: str) -> Backends:
    app = Backends()
    app.home = tmp_path
    (tmp_path / "backends.yaml").write_text(text)
    return app


def test_every_kind_is_read(tmp_path: Path) -> None:
    found = read_backends(GOOD.encode(), "b.yaml")
    slurm, ray, k8s, card = (found[name].settings for name in found)
    assert isinstance(slurm, SlurmSettings) and slurm.shares_per_device == 4
    assert isinstance(ray, RaySettings) and ray.site == "site_gz"
    assert isinstance(k8s, KubernetesSettings) and k8s.devices["h800-sxm"].selector == {
        "gpu": "h800"
    }
    assert card == LocalSettings(("0", "1"))
    assert found["gz-slurm"].seats == Path("/shared/seats") and found["gz-ray"].seats is None
    for definition in found.values():
        assert make_backend(tmp_path, definition) is not None


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("a: {kind: slurm, partition: hk}", "seats"),
        ("a: {kind: slurm, seats: shared, partition: hk}", "seats"),
        ("a: {kind: slurm, seats: /s}", "partition"),
        ("a: {kind: slumr, seats: /s}", "kind"),
        ("a: {kind: ray}", "address"),
        ("a: {kind: ray, address: x, adress: y}", "adress"),
        ("a: {kind: slurm, seats: /s, partition: hk, shares_per_device: -1}", "shares_per_device"),
        ("a: {kind: kubernetes, seats: /s, namespace: n, claim: c}", "image"),
        ("a: {kind: local, devices: 3}", "devices"),
        ("local: {kind: local}", "local"),
        ("A B: {kind: local}", "A B"),
        ("a:", "kind"),
    ],
)
def test_a_fault_is_named_with_its_place(text: str, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_backends(text.encode(), "b.yaml")
    assert "b.yaml:1" in str(caught.value) and field in str(caught.value)
    assert caught.value.render_hint()


def test_a_home_names_its_backends_and_guesses(tmp_path: Path) -> None:
    app = home(tmp_path, GOOD)
    assert app.backend_names() == (
        "local", "agent", "played", "gz-slurm", "gz-ray", "gz-k8s", "card",
    )  # fmt: skip
    with pytest.raises(NotFound) as caught:
        app.cluster("gz-slrum")
    assert "gz-slurm" in caught.value.render_hint()


def test_an_agent_runs_its_jobs_through_the_one_backend_of_its_folder(tmp_path: Path) -> None:
    assert only_backend(tmp_path) is None
    home(tmp_path, "card: {kind: local, devices: [0]}")
    assert only_backend(tmp_path) is not None
    home(tmp_path, GOOD)
    with pytest.raises(NotFound) as caught:
        only_backend(tmp_path)
    assert "4" in str(caught.value)
