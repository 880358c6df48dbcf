"""The part of the roof that runs commands for other machines: it joins the face and the processes.

:mod:`entrepot.bootstrap` hands in its app; nothing here is loaded before the first such command.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from entrepot.adapters.command_host import CommandHost
    from entrepot.domain.access.model import Principal
    from entrepot.services.app import App
    from entrepot.services.settings import Settings


class RunsCommands:
    """The part of the app that runs commands for other machines."""

    settings: Settings
    home: Path
    _parts: dict[str, object]

    @property
    def commands(self) -> CommandHost:
        """Who runs commands for other machines."""
        from entrepot.adapters.command_host import CommandHost

        if "commands" not in self._parts:
            target = partial(run_command, cast("Callable[[Settings], App]", type(self)))
            self._parts["commands"] = CommandHost(self.settings, self.home, target)
        return cast("CommandHost", self._parts["commands"])


def run_command(
    open_app: Callable[[Settings], App],
    settings: Settings,
    principal: Principal,
    words: Sequence[str],
    lang: str,
    folder: Path,
) -> int:
    """Run a command in a process of its own; see :data:`entrepot.adapters.command_host.Target`."""
    from entrepot.faces.cli.remote_run import run_for

    return run_for(open_app(settings).acting(principal), words, lang, folder)
