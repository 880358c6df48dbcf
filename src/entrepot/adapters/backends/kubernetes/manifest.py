"""What a job asks of Kubernetes: a Job of one pod that is never tried twice.

Source: API reference of batch/v1 Job, https://kubernetes.io/docs/reference/kubernetes-api/
workload-resources/job-v1/, 2026-11-21.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from entrepot.adapters.backends.cluster import kit
from entrepot.adapters.backends.cluster.scheduler import Order, no_device, no_share
from entrepot.adapters.backends.kubernetes.settings import KubernetesSettings
from entrepot.kernel.compute import MILLI
from entrepot.services.backend_port import MIB, RunSpec

RUN_LABEL = "entrepot.run"
KEEPER_MIB = 64
SPARE_S = 120
KEPT_S = 86_400
"""How long the cluster keeps a Job that has ended, if nobody fetched it."""

_KIND = "kubernetes"
_NODE_NAME = {"fieldPath": "spec.nodeName"}
Plain = dict[str, object]


def name_of(run: str) -> str:
    """Return the name of the Job of a run: letters, digits and dashes, and one run's alone.

    >>> name_of("J-01AB.2")
    'entrepot-j-01ab-2-...'
    """
    clean = re.sub(r"[^a-z0-9]+", "-", run.lower()).strip("-")[:40]
    return f"entrepot-{clean}-{hashlib.sha256(run.encode()).hexdigest()[:8]}"


def resources(spec: RunSpec, settings: KubernetesSettings) -> tuple[Plain, dict[str, str]]:
    """Return limits of the container, and labels of the nodes that have the device.

    Raises:
        Refused: no such kind of device, or a share that cannot be cut.
    """
    memory_mib = -(-spec.memory_bytes_max // MIB) + KEEPER_MIB
    limits: Plain = {"cpu": str(spec.cpus), "memory": f"{memory_mib}Mi"}
    if not spec.device:
        return limits, {}
    device = settings.devices.get(spec.device)
    if device is None:
        raise no_device(_KIND, spec.device, sorted(settings.devices))
    count, rest = divmod(spec.milli_devices, MILLI)
    if rest:
        hundredths, left = divmod(spec.milli_devices, 10)
        if count or left or not device.share_resource:
            raise no_share(_KIND, spec.milli_devices, 100 if device.share_resource else 1)
        return limits | {device.resource: "1", device.share_resource: str(hundredths)}, dict(
            device.selector
        )
    return limits | {device.resource: str(count)}, dict(device.selector)


def job_of(order: Order, settings: KubernetesSettings, seats: Path) -> Plain:
    """Return the Job of a run.

    Args:
        order: the run.
        settings: of the backend.
        seats: folder of the seats here, which pods see at the mount.

    Raises:
        Refused: as :func:`resources`.
    """
    name, spec = name_of(order.name), order.spec
    labels = {"app.kubernetes.io/managed-by": "entrepot", RUN_LABEL: name}
    notes = {"entrepot/lease": spec.lease_id, "entrepot/run": order.name}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "labels": labels, "annotations": notes},
        "spec": {
            "backoffLimit": 0,
            "completions": 1,
            "parallelism": 1,
            "activeDeadlineSeconds": spec.time_limit_s + SPARE_S + 3600,
            "ttlSecondsAfterFinished": KEPT_S,
            "template": {"metadata": {"labels": labels}, "spec": _pod(order, settings, seats)},
        },
    }


def _pod(order: Order, settings: KubernetesSettings, seats: Path) -> Plain:
    limits, selector = resources(order.spec, settings)
    seat, tools = (path.relative_to(seats) for path in (order.seat.root, order.kit))
    # A pod sees its own seat alone, never those of others on the claim.
    mounts: list[dict[str, object]] = [
        {"name": "seats", "mountPath": f"{settings.mount}/{path}", "subPath": str(path)}
        for path in (seat, tools)
    ]
    mounts[1] |= {"readOnly": True}
    inside = [str(mount["mountPath"]) for mount in mounts]
    container: Plain = {
        "name": "job",
        "image": settings.image,
        "command": kit.command(settings.python, inside[1], inside[0]),
        "resources": {"limits": limits, "requests": limits},
        "volumeMounts": mounts,
        "env": [
            {"name": "ENTREPOT_NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}
        ],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    return {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": 10,
        "nodeSelector": selector,
        "affinity": _away_from(order.avoid),
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": settings.user,
            "fsGroup": settings.user,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
        "volumes": [{"name": "seats", "persistentVolumeClaim": {"claimName": settings.claim}}],
    }


def _away_from(node: str) -> Plain:
    """Return the wish to run on any other node."""
    if not node:
        return {}
    other = {"key": "kubernetes.io/hostname", "operator": "NotIn", "values": [node]}
    wish = {"weight": 100, "preference": {"matchExpressions": [other]}}
    return {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [wish]}}
