"""What a job asks of Slurm: the options of ``sbatch``, and the script that starts its keeper."""

from __future__ import annotations

import shlex

from entrepot.adapters.backends.cluster import kit
from entrepot.adapters.backends.cluster.scheduler import Order, no_device, no_share, too_large
from entrepot.adapters.backends.slurm.settings import SlurmSettings
from entrepot.kernel.compute import MILLI
from entrepot.services.backend_port import MIB, RunSpec

KEEPER_MIB = 64
"""Memory of the keeper, beside that of the job."""

SPARE_S = 120
"""Time above the limit that Slurm allows: the keeper ends the job to the second, Slurm to the
minute if it does not."""

_KIND = "slurm"


def options(order: Order, settings: SlurmSettings) -> list[str]:
    """Return the options of ``sbatch`` for a run.

    Raises:
        Refused: no such kind of device, or a share that Slurm cannot cut.
    """
    spec, seat = order.spec, order.seat.root
    memory_mib = -(-spec.memory_bytes_max // MIB) + KEEPER_MIB
    minutes = -(-(spec.time_limit_s + SPARE_S) // 60)
    words = [
        "--parsable",
        "--no-requeue",
        f"--job-name={order.name}",
        f"--comment={spec.lease_id}",
        f"--partition={settings.partition}",
        f"--chdir={seat}",
        f"--output={seat}/keeper.out",
        "--open-mode=append",
        "--export=NIL",
        f"--time={minutes}",
        f"--cpus-per-task={spec.cpus}",
        f"--mem={memory_mib}",
    ]
    words += [f"--account={settings.account}"] if settings.account else []
    words += [f"--qos={settings.qos}"] if settings.qos else []
    words += [f"--exclude={order.avoid}"] if order.avoid else []
    return words + devices(spec, settings)


def devices(spec: RunSpec, settings: SlurmSettings) -> list[str]:
    """Return the options by which a run asks for its devices.

    Args:
        spec: the run; without a kind of device it asks for processors alone.
        settings: of the backend.

    Raises:
        Refused: no such kind of device, or a share that Slurm cannot cut.
    """
    if not spec.device:
        return ["--nodes=1", "--ntasks=1"]
    kind = settings.devices.get(spec.device)
    if kind is None:
        raise no_device(_KIND, spec.device, sorted(settings.devices))
    if spec.milli_devices < MILLI:
        parts, rest = divmod(spec.milli_devices * settings.shares_per_device, MILLI)
        if rest or not parts:
            raise no_share(_KIND, spec.milli_devices, settings.shares_per_device or 1)
        return ["--nodes=1", "--ntasks=1", f"--gres=shard:{kind}:{parts}"]
    count, rest = divmod(spec.milli_devices, MILLI)
    if rest:
        raise no_share(_KIND, spec.milli_devices, 1)
    nodes = -(-count // settings.devices_per_node)
    if count % nodes:
        raise too_large(_KIND, f"{count} devices cannot be spread over {nodes} nodes evenly")
    return [f"--nodes={nodes}", f"--ntasks={nodes}", f"--gres=gpu:{kind}:{count // nodes}"]


def script(order: Order, settings: SlurmSettings) -> str:
    """Return the batch script: it becomes the keeper."""
    command = kit.command(settings.python, str(order.kit), str(order.seat.root))
    path = "PATH=/usr/local/bin:/usr/bin:/bin; export PATH"
    return f"#!/bin/sh\n{path}\nexec {shlex.join(command)}\n"
