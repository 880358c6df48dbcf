"""Make the backend that an entry of ``backends.yaml`` describes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.adapters.backends.cluster.backend import ClusterBackend
from entrepot.adapters.backends.kubernetes.settings import KubernetesSettings
from entrepot.adapters.backends.ray.settings import RaySettings
from entrepot.adapters.backends.slurm.settings import SlurmSettings
from entrepot.adapters.imports.backends_file import BackendDefinition, LocalSettings

if TYPE_CHECKING:
    from entrepot.adapters.backends.cluster.scheduler import Scheduler
    from entrepot.services.backend_port import Backend


def make_backend(home: Path, definition: BackendDefinition) -> Backend:
    """Return a backend; nothing is asked of its cluster yet.

    Args:
        home: folder of the state.
        definition: entry of the file.
    """
    settings = definition.settings
    if isinstance(settings, LocalSettings):
        from entrepot.adapters.backends.local.backend import LocalBackend

        return LocalBackend(home, devices=settings.devices)
    seats = definition.seats or home / "seats" / definition.name
    return ClusterBackend(home, _scheduler(settings, seats), seats)


def _scheduler(
    settings: SlurmSettings | RaySettings | KubernetesSettings, seats: Path
) -> Scheduler:
    if isinstance(settings, SlurmSettings):
        from entrepot.adapters.backends.slurm.scheduler import SlurmScheduler

        return SlurmScheduler(settings)
    if isinstance(settings, RaySettings):
        from entrepot.adapters.backends.ray.scheduler import RayScheduler

        return RayScheduler(settings)
    from entrepot.adapters.backends.kubernetes.scheduler import KubernetesScheduler

    return KubernetesScheduler(settings, seats)
