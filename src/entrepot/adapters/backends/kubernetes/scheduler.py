"""Kubernetes as a scheduler of a cluster: Jobs by the official client.

Source: kubernetes 37.0, https://github.com/kubernetes-client/python, 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from entrepot.adapters.backends.cluster.scheduler import (
    Look,
    Order,
    Stage,
    no_device,
    no_partition,
    no_program,
    too_large,
    unreachable,
)
from entrepot.adapters.backends.kubernetes.manifest import RUN_LABEL, job_of, name_of, resources
from entrepot.adapters.backends.kubernetes.settings import KubernetesSettings
from entrepot.adapters.backends.kubernetes.words import look_of, message_of
from entrepot.adapters.backends.local.folder import JobFolder
from entrepot.kernel.errors import EntrepotError, Fault
from entrepot.kernel.text import N_
from entrepot.services.backend_port import BackendInfo, RunSpec

TIMEOUT_S = (3, 30)
"""To connect, and to answer."""

_KIND = "kubernetes"
_NETWORK = N_(
    "Pods reach whatever network the cluster lets them reach; a NetworkPolicy for the name space "
    "that denies egress keeps jobs to themselves."
)


class KubernetesScheduler:
    """One name space of a Kubernetes cluster.

    Args:
        settings: of the backend.
        seats: folder of the seats here, on the volume that pods mount.
    """

    kind = _KIND

    def __init__(self, settings: KubernetesSettings, seats: Path) -> None:
        self._settings = settings
        self._seats = seats.absolute()
        self._client: Any = None

    def describe(self) -> BackendInfo:
        """Return that each job has a container of its own, and whether the API answers."""
        space = self._settings.namespace
        try:
            self._ask(
                lambda: self._core().list_namespaced_pod(
                    space, label_selector=f"{RUN_LABEL}=none", _request_timeout=TIMEOUT_S
                )
            )
        except Fault as error:
            return BackendInfo(self.kind, "container", (str(error), _NETWORK))
        except self._error() as error:
            return BackendInfo(self.kind, "container", (str(self._refusal(error)), _NETWORK))
        return BackendInfo(self.kind, "container", (_NETWORK,))

    def check(self, spec: RunSpec) -> None:
        """Refuse kinds of device and shares that the settings do not know.

        Raises:
            Refused: as said.
        """
        resources(spec, self._settings)

    def submit(self, order: Order) -> str:
        """Make the Job of a run and return its name; one that is there already stays.

        Raises:
            Refused: name space or device unknown, or the cluster's limits forbid it.
            Fault: the API does not answer, or does not let us in.
        """
        self._see_device(order.spec)
        body = job_of(order, self._settings, self._seats)
        try:
            self._ask(
                lambda: self._batch().create_namespaced_job(
                    self._settings.namespace, body, _request_timeout=TIMEOUT_S
                )
            )
        except self._error() as error:
            if error.status != 409:
                raise self._refusal(error) from None
        return name_of(order.name)

    def find(self, order: Order) -> str:
        """Return the name of a Job that was made before; empty if there is none."""
        name = name_of(order.name)
        return "" if self.look(name).stage is Stage.GONE else name

    def look(self, ticket: str) -> Look:
        """Return where Kubernetes has a run."""
        space, chosen = self._settings.namespace, f"{RUN_LABEL}={ticket}"
        try:
            job = self._ask(
                lambda: self._batch().read_namespaced_job(ticket, space, _request_timeout=TIMEOUT_S)
            )
            pods = self._ask(
                lambda: self._core().list_namespaced_pod(
                    space, label_selector=chosen, _request_timeout=TIMEOUT_S
                )
            )
        except self._error() as error:
            if error.status == 404:
                return Look(Stage.GONE)
            raise self._refusal(error) from None
        return look_of(job, pods.items)

    def cancel(self, ticket: str) -> None:
        """Delete the Job of a run, and with it its pod; nothing if it is gone."""
        space = self._settings.namespace
        try:
            self._ask(
                lambda: self._batch().delete_namespaced_job(
                    ticket, space, propagation_policy="Background", _request_timeout=TIMEOUT_S
                )
            )
        except self._error() as error:
            if error.status != 404:
                raise self._refusal(error) from None

    def stop(self, ticket: str) -> None:
        """Do nothing: the keeper sees in its seat that it shall end."""

    def pull(self, ticket: str, seat: JobFolder) -> None:
        """Do nothing: pods share the folder of the seats."""

    def forget(self, ticket: str) -> None:
        """Delete the Job of a run that was fetched."""
        self.cancel(ticket)

    def _see_device(self, spec: RunSpec) -> None:
        """Refuse a kind of device that no node has; Kubernetes would let the job wait for ever."""
        device = self._settings.devices.get(spec.device) if spec.device else None
        if device is None:
            return
        chosen = ",".join(f"{key}={value}" for key, value in sorted(device.selector.items()))
        try:
            nodes = self._ask(
                lambda: self._core().list_node(
                    label_selector=chosen or None, _request_timeout=TIMEOUT_S
                )
            )
        except self._error() as error:
            if error.status == 403:
                return  # Whoever may not see nodes finds out by waiting.
            raise self._refusal(error) from None
        have: set[str] = {name for node in nodes.items for name in node.status.allocatable or ()}
        if device.resource not in have:
            known = sorted(name for name in have if "/" in name)
            raise no_device(
                _KIND, f"{device.resource} ({chosen})" if chosen else device.resource, known
            )

    def _refusal(self, error: Any) -> EntrepotError:
        said = message_of(error.body)
        if error.status == 404:
            return no_partition(_KIND, self._settings.namespace, ())
        if error.status in (400, 413, 422) or (error.status == 403 and "quota" in said):
            return too_large(_KIND, said)
        if error.status in (401, 403):
            return Fault(
                "backend.not_allowed",
                N_("The scheduler of {kind} does not let entrepôt in: {why}."),
                hint=N_("Give its account the rights to make, read and delete Jobs and read pods."),
                kind=_KIND,
                why=said.rstrip(".")[:200],
            )
        return unreachable(_KIND, f"{error.status} {said}")

    def _ask(self, call: Callable[[], Any]) -> Any:
        """Call the API.

        Raises:
            Fault: nobody answers.
            ApiException: it refuses.
        """
        trouble: Any = import_module("urllib3.exceptions")
        self._api()
        try:
            return call()
        except trouble.HTTPError as error:
            reason = getattr(error, "reason", None) or error
            raise unreachable(_KIND, str(reason)) from error

    def _batch(self) -> Any:
        return _client().BatchV1Api(self._api())

    def _core(self) -> Any:
        return _client().CoreV1Api(self._api())

    def _error(self) -> Any:
        return _client().ApiException

    def _api(self) -> Any:
        if self._client is None:
            config: Any = import_module("kubernetes.config")
            settings = self._settings
            try:
                if settings.kubeconfig:
                    self._client = config.new_client_from_config(
                        settings.kubeconfig, settings.context or None
                    )
                else:
                    config.load_incluster_config()
                    self._client = _client().ApiClient()
            except config.ConfigException as error:
                raise unreachable(_KIND, str(error)) from error
            self._client.configuration.retries = 1
        return self._client


def _client() -> Any:
    try:
        return import_module("kubernetes.client")
    except ImportError:
        raise no_program(_KIND, "kubernetes") from None
