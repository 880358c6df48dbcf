"""Names that other systems use for devices and shares, read on the way in only.

| system | writes | means |
| --- | --- | --- |
| Slurm | ``gpu:h800:3`` | ``h800:3`` |
| Ray | ``accelerator_type:A100`` | ``A100`` |
| Kubernetes | ``nvidia.com/gpu:2`` | ``2`` of any device |
| HAMi | ``nvidia.com/gpucores:25`` | ``25%`` of one device |
| MIG | ``3g.40gb`` | the larger of its compute and its memory share |

Sources: NVIDIA Multi-Instance GPU user guide (profile names); Slurm gres page; Ray accelerator
types; HAMi resource names; all as of 2026-11-21.
"""

from __future__ import annotations

import re

from entrepot.kernel.compute import MILLI
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

MIG_COMPUTE_SLICES = 7

_MIG = re.compile(r"^(?:mig-)?([1-7])g\.(\d{1,3})gb(?:\+me)?$", re.I)
_PREFIXES = ("gres/gpu:", "gres:gpu:", "gpu:", "accelerator_type:", "nvidia.com/gpu:")


def plain_request(text: str) -> str:
    """Rewrite a request of another system into the grammar of this one.

    >>> plain_request("gpu:h800:3"), plain_request("nvidia.com/gpucores:25")
    ('h800:3', '25%')
    """
    low = text.lower()
    if low.startswith("nvidia.com/mig-"):
        return text[len("nvidia.com/") :]
    if low.startswith("nvidia.com/gpucores:"):
        return text.partition(":")[2].strip() + "%"
    for prefix in _PREFIXES:
        if low.startswith(prefix):
            return text[len(prefix) :]
    return text


def mig_profile(text: str) -> tuple[int, int] | None:
    """Return compute slices and memory in GB of a MIG profile name, or None.

    >>> mig_profile("3g.40gb"), mig_profile("H100")
    ((3, 40), None)
    """
    match = _MIG.match(text.strip())
    return (int(match[1]), int(match[2])) if match else None


def mig_milli(text: str, device_memory_mib: int | None) -> int:
    """Return the share that a MIG profile takes of its device.

    share = max(⌈1000·g/7⌉, ⌈1000·profile memory/device memory⌉) milli-devices

    Args:
        text: profile name.
        device_memory_mib: memory of the device that is cut up, MiB.

    Raises:
        Invalid: not a profile, the device's memory is not stated, or the profile does not fit.

    >>> mig_milli("3g.40gb", 80 * 1024), mig_milli("1g.10gb", 80 * 1024)
    (500, 143)
    """
    profile = mig_profile(text)
    if profile is None or device_memory_mib is None:
        raise Invalid(
            "device.mig",
            N_("{text} takes a share that depends on the memory of the device."),
            hint=N_("Name the memory too, such as A100:80GB:{text}."),
            text=text,
        )
    slices, memory_gb = profile
    share = max(
        -(-MILLI * slices // MIG_COMPUTE_SLICES),
        -(-MILLI * memory_gb * 1024 // device_memory_mib),
    )
    if share > MILLI:
        raise Invalid(
            "device.mig_size",
            N_("{text} is larger than a device of {memory} GB."),
            hint=N_("Name a device with more memory."),
            text=text,
            memory=device_memory_mib // 1024,
        )
    return share
