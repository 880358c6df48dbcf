"""The file ``backends.yaml`` of a home: the clusters that it speaks to, one entry a backend."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from entrepot.adapters.backends.kubernetes.settings import KubernetesDevice, KubernetesSettings
from entrepot.adapters.backends.ray.settings import RaySettings
from entrepot.adapters.backends.slurm.settings import SlurmSettings
from entrepot.adapters.imports.facts_row import Row, mapping_of
from entrepot.adapters.imports.yaml_safe import load_yaml
from entrepot.kernel.text import N_

KINDS = ("local", "slurm", "ray", "kubernetes")
RESERVED = ("local", "agent")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
_ABSOLUTE = N_("{where}: {value} is no absolute path.")


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """Settings of a backend that runs jobs on this machine.

    Attributes:
        devices: numbers of its accelerators, given out to jobs.
    """

    devices: tuple[str, ...] = ()


Settings = LocalSettings | SlurmSettings | RaySettings | KubernetesSettings


@dataclass(frozen=True, slots=True)
class BackendDefinition:
    """One entry of the file.

    Attributes:
        name: as centres name it; settings: how to speak to it.
        seats: folder that machine and nodes share; None where they share none.
    """

    name: str
    settings: Settings
    seats: Path | None


def read_backends(data: bytes, name: str) -> dict[str, BackendDefinition]:
    """Read a file of backends, whole or not at all.

    Args:
        data: bytes of the file.
        name: file name for messages.

    Raises:
        Invalid: with file, line and field.
    """
    located = load_yaml(data, name)
    top = Row(mapping_of(located.value), (), lambda path: located.where(*path), {})
    return {str(key): _read(top, str(key)) for key in top.values}


def _read(top: Row, name: str) -> BackendDefinition:
    if not _NAME.match(name) or name in RESERVED:
        top.refuse(
            name,
            N_("{where}: {value} cannot be the name of a backend."),
            N_("Use small letters, digits and dashes, and neither local nor agent."),
            value=name[:60],
        )
    row = top.child(name) or Row({}, (name,), top.where, {})
    kind = row.choice("kind", KINDS)
    shares_folder = kind in ("slurm", "kubernetes")
    seats = Path(_path(row, "seats")) if shares_folder else None
    readers = {"local": _local, "slurm": _slurm, "ray": _ray, "kubernetes": _kubernetes}
    found = BackendDefinition(name, readers[kind](row), seats)
    row.finish()
    return found


def _local(row: Row) -> Settings:
    return LocalSettings(_texts(row, "devices"))


def _slurm(row: Row) -> Settings:
    return SlurmSettings(
        partition=row.text("partition"),
        devices=_kinds(row),
        shares_per_device=row.integer_or_none("shares_per_device", 0, 1000) or 0,
        devices_per_node=row.integer_or_none("devices_per_node", 1, 1024) or 8,
        account=row.text_or_none("account") or "",
        qos=row.text_or_none("qos") or "",
        conf=_path(row, "conf", needed=False),
        jobcomp=_path(row, "jobcomp", needed=False),
        python=row.text_or_none("python") or "python3",
    )


def _ray(row: Row) -> Settings:
    return RaySettings(
        address=row.text("address"),
        site=row.text_or_none("site") or "",
        devices=_kinds(row),
        namespace=row.text_or_none("namespace") or "entrepot",
        python=row.text_or_none("python") or "",
    )


def _kubernetes(row: Row) -> Settings:
    devices: dict[str, KubernetesDevice] = {}
    box = row.child("devices")
    for key in box.values if box else ():
        assert box is not None
        inner = box.child(str(key)) or Row({}, (*box.path, str(key)), box.where, {})
        selector = inner.child("selector")
        labels = {label: selector.text(label) for label in selector.values} if selector else {}
        devices[str(key)] = KubernetesDevice(
            inner.text("resource"), labels, inner.text_or_none("share_resource") or ""
        )
        inner.finish()
    return KubernetesSettings(
        namespace=row.text("namespace"),
        image=row.text("image"),
        claim=row.text("claim"),
        mount=_path(row, "mount", needed=False) or "/entrepot",
        kubeconfig=_path(row, "kubeconfig", needed=False),
        context=row.text_or_none("context") or "",
        devices=devices,
        python=row.text_or_none("python") or "python3",
        user=row.integer_or_none("user", 1, 1 << 31) or 65534,
    )


def _kinds(row: Row) -> dict[str, str]:
    """Return the kinds of device: id in the exchange → name in the cluster."""
    box = row.child("devices")
    found = {key: box.text(key) for key in box.values} if box else {}
    if box:
        box.finish()
    return found


def _texts(row: Row, key: str) -> tuple[str, ...]:
    value = row.get(key)
    if value is None:
        return ()
    items = cast("list[object]", value) if isinstance(value, list) else [None]
    if not all(isinstance(item, str | int) for item in items):
        row.refuse(key, N_("{where}: {field} must be a list."), N_("Write [0, 1, 2, 3]."))
    return tuple(str(item) for item in items)


def _path(row: Row, key: str, *, needed: bool = True) -> str:
    value = row.text(key) if needed else (row.text_or_none(key) or "")
    if value and not value.startswith("/"):
        row.refuse(key, _ABSOLUTE, N_("Write it from / on."), value=value[:60])
    return value
