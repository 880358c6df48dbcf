"""How a cluster of Kubernetes is to be spoken to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class KubernetesDevice:
    """How a kind of device is asked for.

    Attributes:
        resource: extended resource of the device plugin, such as ``nvidia.com/gpu``.
        selector: labels of the nodes that have it.
        share_resource: resource that counts hundredths of one device beside it, such as HAMi's
            ``nvidia.com/gpucores``; empty where devices are given whole only.
    """

    resource: str
    selector: Mapping[str, str] = field(default_factory=dict[str, str])
    share_resource: str = ""


@dataclass(frozen=True, slots=True)
class KubernetesSettings:
    """Settings of one backend.

    Attributes:
        namespace: where Jobs are made.
        image: container image with Python 3.11 or newer.
        claim: PersistentVolumeClaim of the folder of the seats, writable by many nodes.
        mount: where pods see it.
        kubeconfig: file with address and credentials; empty inside the cluster.
        context: entry of that file; empty for its current one.
        devices: id of a kind of device → how it is asked for.
        python: Python of the image.
        user: number of the user that jobs run as, never nought.
    """

    namespace: str
    image: str
    claim: str
    mount: str = "/entrepot"
    kubeconfig: str = ""
    context: str = ""
    devices: Mapping[str, KubernetesDevice] = field(default_factory=dict[str, KubernetesDevice])
    python: str = "python3"
    user: int = 65534
