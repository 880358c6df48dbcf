"""Ray as a scheduler of a cluster: one desk a site, one task a run, files by Ray's own store.

Source: Ray 2.60, https://docs.ray.io/en/releases-2.60.0/, 2026-11-21.
"""

from __future__ import annotations

import os
import socket
from importlib import import_module
from pathlib import PurePosixPath
from typing import Any, cast

from entrepot.adapters.backends.cluster import kit
from entrepot.adapters.backends.cluster.scheduler import (
    How,
    Look,
    Order,
    Stage,
    no_device,
    no_partition,
    no_program,
    no_share,
    too_large,
    unreachable,
)
from entrepot.adapters.backends.local.folder import JobFolder, read_json
from entrepot.adapters.backends.ray import remote
from entrepot.adapters.backends.ray.settings import RaySettings
from entrepot.kernel.compute import MILLI
from entrepot.kernel.errors import Fault, Refused
from entrepot.kernel.text import N_
from entrepot.services.backend_port import BackendInfo, RunSpec

TIMEOUT_S = 30
CONNECT_S = 3
ATOM = 0.0001
"""Smallest part of a resource that Ray counts: it binds a run to a site and takes nothing."""

_KIND = "ray"
_SHARED = N_(
    "Ray keeps jobs apart by its books alone: a job can reach memory and devices of others on "
    "its node, and whatever network the node reaches."
)
Options = dict[str, Any]


class RayScheduler:
    """The nodes of one site of a Ray cluster.

    Args:
        settings: of the backend.
    """

    kind = _KIND

    def __init__(self, settings: RaySettings) -> None:
        self._settings = settings
        self._found: Any = None

    def describe(self) -> BackendInfo:
        """Return that Ray fences nothing, and what of the settings the cluster lacks."""
        try:
            self._see_site([node["Resources"] for node in self._ray().nodes() if node["Alive"]])
        except (Fault, Refused) as error:
            return BackendInfo(self.kind, "ray", (str(error), _SHARED))
        return BackendInfo(self.kind, "ray", (_SHARED,))

    def check(self, spec: RunSpec) -> None:
        """Refuse kinds of device and shares that Ray cannot give.

        Raises:
            Refused: as said.
        """
        if spec.device and spec.device not in self._settings.devices:
            raise no_device(_KIND, spec.device, sorted(self._settings.devices))
        if spec.milli_devices > MILLI and spec.milli_devices % MILLI:
            raise no_share(_KIND, spec.milli_devices, 1)

    def submit(self, order: Order) -> str:
        """Start a run at the site and return its name.

        Raises:
            Refused: no node of the site could ever run it.
            Fault: Ray does not answer.
        """
        desk, asked = self._desk(), options_of(order.spec, self._settings)
        self._see_room(asked)
        name = kit.kit_name()
        if not self._get(desk.has_kit.remote(name)):
            self._get(desk.take_kit.remote(name, kit.kit_files()))
        files = {
            str(path.relative_to(order.seat.root)): path.read_bytes()
            for path in sorted(order.seat.root.rglob("*"))
            if path.is_file()
        }
        self._get(desk.place.remote(order.name, asked, files, name, self._settings.python))
        return order.name

    def find(self, order: Order) -> str:
        """Return the name of a run that was started before; empty if there is none."""
        return "" if self.look(order.name).stage is Stage.GONE else order.name

    def look(self, ticket: str) -> Look:
        """Return where Ray has a run."""
        told = cast("dict[str, Any]", self._get(self._desk().look.remote(ticket)))
        how = How(told["how"]) if told.get("how") else How.BY_ITSELF
        begun, ended = told.get("begun"), told.get("ended")
        return Look(Stage(told["stage"]), how, "", begun, ended, str(told.get("why", "")))

    def cancel(self, ticket: str) -> None:
        """End a run."""
        self._get(self._desk().cancel.remote(ticket))

    def stop(self, ticket: str) -> None:
        """Tell the keeper of a run to end it."""
        self._get(self._desk().stop.remote(ticket))

    def pull(self, ticket: str, seat: JobFolder) -> None:
        """Bring log, heartbeat and end of a run to its seat here; its outputs with the end."""
        desk = self._desk()
        while True:
            have = seat.log.stat().st_size if seat.log.exists() else 0
            told = cast("dict[str, Any]", self._get(desk.pull.remote(ticket, have)))
            if not told["log"]:
                break
            with seat.log.open("ab") as log:
                log.write(told["log"])
        small = cast("dict[str, bytes]", told["small"])
        if "state.json" in small and not remote.is_running(small["state.json"]):
            self._fetch(ticket, seat)
        for name in remote.TOLD:
            if name in small:
                _replace(seat, name, small[name])

    def forget(self, ticket: str) -> None:
        """Drop what the desk keeps of a run."""
        self._get(self._desk().forget.remote(ticket))

    def _fetch(self, ticket: str, seat: JobFolder) -> None:
        spec, desk = read_json(seat.spec) or {}, self._desk()
        for name in cast("list[str]", spec.get("outputs", [])):
            path = seat.outputs / PurePosixPath(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            offset = 0
            while chunk := cast(bytes, self._get(desk.output.remote(ticket, name, offset))):
                with path.open("wb" if offset == 0 else "ab") as target:
                    target.write(chunk)
                offset += len(chunk)

    def _see_room(self, asked: Options) -> None:
        """Refuse what no node of the site has: Ray would let it wait for ever."""
        nodes = [node["Resources"] for node in self._ray().nodes() if node["Alive"]]
        here = self._see_site(nodes)
        kinds = [name for name in asked["resources"] if name.startswith("accelerator_type:")]
        if kinds and not any(kinds[0] in node for node in here):
            have = sorted({name for node in here for name in node if name.startswith("accel")})
            raise no_device(_KIND, kinds[0].partition(":")[2], [one[17:] for one in have])
        needs: dict[str, float] = {"CPU": asked["num_cpus"], "GPU": asked["num_gpus"]}
        needs["memory"] = asked["memory"]
        if not any(all(node.get(key, 0) >= needs[key] for key in needs) for node in here):
            raise too_large(_KIND, ", ".join(f"{key} {needs[key]}" for key in needs))

    def _see_site(self, nodes: list[dict[str, float]]) -> list[dict[str, float]]:
        here = [node for node in nodes if not self._settings.site or self._settings.site in node]
        if not here:
            sites = sorted({name for node in nodes for name in node if name.startswith("site_")})
            raise no_partition(_KIND, self._settings.site, sites)
        return here

    def _desk(self) -> Any:
        if self._found is None:
            ray, settings = self._ray(), self._settings
            pickled = import_module("ray.cloudpickle")
            pickled.register_pickle_by_value(remote)
            self._found = ray.remote(remote.Desk).options(
                name=f"entrepot-desk-{settings.site or 'any'}",
                namespace=settings.namespace,
                lifetime="detached",
                get_if_exists=True,
                num_cpus=0,
                resources={settings.site: ATOM} if settings.site else {},
            )
            self._found = self._found.remote()
        return self._found

    def _ray(self) -> Any:
        try:
            ray: Any = import_module("ray")
        except ImportError:
            raise no_program(_KIND, "ray") from None
        if not ray.is_initialized():
            os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
            _reach(self._settings.address)
            try:
                ray.init(
                    address=self._settings.address,
                    namespace=self._settings.namespace,
                    log_to_driver=False,
                    configure_logging=False,
                )
            except (ConnectionError, RuntimeError, TimeoutError) as error:
                raise unreachable(_KIND, str(error)) from error
        return ray

    def _get(self, reference: Any) -> object:
        ray = self._ray()
        try:
            return ray.get(reference, timeout=TIMEOUT_S)
        except ray.exceptions.GetTimeoutError:
            raise unreachable(_KIND, f"no answer within {TIMEOUT_S} s") from None
        except ray.exceptions.RayActorError:
            # The desk died, and with it what it knew: the next call makes a new one.
            self._found = None
            raise unreachable(_KIND, "the desk at the site was lost") from None


def options_of(spec: RunSpec, settings: RaySettings) -> Options:
    """Return what a run asks of Ray.

    >>> spec = RunSpec("J-1", "L-1", 1, "gz", (), {}, (), {}, 60, 250, device="h800-sxm")
    >>> settings = RaySettings("127.0.0.1:6379", "site_gz", {"h800-sxm": "H800"})
    >>> asked = options_of(spec, settings)
    >>> asked["num_gpus"], asked["resources"]
    (0.25, {'site_gz': 0.0001, 'accelerator_type:H800': 0.0001})
    """
    devices = spec.milli_devices / MILLI if spec.device else 0  # not money: a share of a device
    bound = [settings.site] if settings.site else []
    kind = settings.devices.get(spec.device, "")
    bound += [f"accelerator_type:{kind}"] if kind else []
    return {
        "num_cpus": spec.cpus,
        "num_gpus": devices,
        "memory": spec.memory_bytes_max,
        "resources": dict.fromkeys(bound, ATOM),
        "max_retries": 0,
    }


def _reach(address: str) -> None:
    """Refuse at once what Ray itself would try for a minute."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not port.isdigit():
        return
    try:
        socket.create_connection((host, int(port)), timeout=CONNECT_S).close()
    except OSError as error:
        raise unreachable(_KIND, f"{address}: {error.strerror or error}") from error


def _replace(seat: JobFolder, name: str, content: bytes) -> None:
    draft = seat.root / f".{name}"
    draft.write_bytes(content)
    draft.replace(seat.root / name)
