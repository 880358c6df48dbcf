"""How a cluster of Slurm is to be spoken to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SlurmSettings:
    """Settings of one backend.

    Attributes:
        partition: where jobs go.
        devices: id of a kind of device → type in Slurm's ``gres`` (``gpu:TYPE:n``).
        shares_per_device: parts that ``gres/shard`` cuts a device into; 0 = whole devices only.
        devices_per_node: devices of a node; larger jobs take several nodes, evenly.
        account, qos: names under which jobs are submitted; empty for Slurm's own default.
        conf: path of ``slurm.conf``; empty for the one that the programs find themselves.
        jobcomp: file of ``jobcomp/filetxt``; empty if there is none.
        python: Python of the nodes, 3.11 or newer.
    """

    partition: str
    devices: Mapping[str, str] = field(default_factory=dict[str, str])
    shares_per_device: int = 0
    devices_per_node: int = 8
    account: str = ""
    qos: str = ""
    conf: str = ""
    jobcomp: str = ""
    python: str = "python3"
