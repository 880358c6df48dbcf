"""How a cluster of Ray is to be spoken to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RaySettings:
    """Settings of one backend.

    Attributes:
        address: ``host:port`` of the head, or ``ray://host:port`` from outside.
        site: custom resource that the nodes of the centre carry (``site_gz``); empty for any node.
        devices: id of a kind of device → Ray's accelerator type; empty text for any ``GPU``.
        namespace: of the actors in the cluster.
        python: Python of the nodes; empty for the one that runs Ray.
    """

    address: str
    site: str = ""
    devices: Mapping[str, str] = field(default_factory=dict[str, str])
    namespace: str = "entrepot"
    python: str = ""
