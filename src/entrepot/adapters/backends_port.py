"""The backends of a home: the machine itself, and the clusters of its file ``backends.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.kernel.errors import NotFound
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.adapters.imports.backends_file import BackendDefinition
    from entrepot.services.backend_port import Backend
    from entrepot.services.ports import Clock

FILE = "backends.yaml"
BUILT_IN = ("local", "agent", "played")


class Backends:
    """The part of the port ``App`` that knows the backends; what it needs is loaded late.

    Attributes:
        home: folder of the state.
    """

    home: Path

    if TYPE_CHECKING:

        @property
        def clock(self) -> Clock:
            """Time."""
            ...

    def backend_names(self) -> tuple[str, ...]:
        """Return the names that a centre may give as its backend.

        Raises:
            Invalid: the file of backends is faulty.
        """
        return (*BUILT_IN, *backends_in(self.home))

    def cluster(self, name: str) -> Backend:
        """Return the backend of an entry of the file.

        Raises:
            NotFound: there is no such entry.
            Invalid: the file is faulty.
        """
        from entrepot.adapters.backends.make import make_backend

        if name == "played":
            from entrepot.adapters.backends.played import PlayedBackend

            return PlayedBackend(self.home, lambda: self.clock.now())
        found = backends_in(self.home)
        if name not in found:
            names = [*BUILT_IN, *found]
            raise NotFound(
                "backend.unknown",
                N_("There is no backend {name}; there are: {known}."),
                hint=N_("Did you mean {guess}? Clusters are described in {path}."),
                name=name[:60],
                known=", ".join(names),
                guess=did_you_mean(name, names) or "local",
                path=str(self.home / FILE),
            )
        return make_backend(self.home, found[name])


def backends_in(folder: Path) -> dict[str, BackendDefinition]:
    """Read the file of backends of a folder; no file is no clusters.

    Raises:
        Invalid: with file, line and field.
    """
    path = folder / FILE
    try:
        data = path.read_bytes()
    except OSError:
        return {}
    from entrepot.adapters.imports.backends_file import read_backends

    return read_backends(data, str(path))


def only_backend(folder: Path) -> Backend | None:
    """Return the backend of a folder whose file has exactly one entry; None without a file.

    Raises:
        Invalid: the file is faulty.
        NotFound: it has no entry, or several.
    """
    found = backends_in(folder)
    if not (folder / FILE).exists():
        return None
    if len(found) != 1:
        raise NotFound(
            "backend.not_one",
            N_("{path} describes {count} backends; an agent runs its jobs through one."),
            hint=N_("Keep one entry, and give another agent a folder of its own."),
            path=str(folder / FILE),
            count=len(found),
        )
    from entrepot.adapters.backends.make import make_backend

    return make_backend(folder, next(iter(found.values())))
