"""Scenarios, kept cells and workers of studies of use; what each needs is loaded late."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, cast

from entrepot.kernel.errors import NotFound
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.domain.grid.study_model import Point, World
    from entrepot.kernel.rulebook.table import Rulebook
    from entrepot.services.facts_model import Facts
    from entrepot.services.study_page import Page
    from entrepot.services.study_scenario import StudyScenario

SHIPPED = "studies"


class StudyDesk:
    """The part of the port ``App`` that runs studies."""

    if TYPE_CHECKING:

        @property
        def facts(self) -> Facts:
            """Facts that a scenario may name."""
            ...

        @property
        def rulebook(self) -> Rulebook:
            """Rules that judge its places."""
            ...

    def studies(self) -> list[str]:
        """Return the names of the shipped scenarios."""
        folder = resources.files("entrepot.facts").joinpath(SHIPPED)
        return sorted(each.name.removesuffix(".yaml") for each in folder.iterdir())

    def study_text(self, name: str) -> bytes:
        """Return the bytes of a scenario: a file, or a shipped one by its name.

        Raises:
            NotFound: there is neither.
        """
        path = Path(name)
        if path.is_file():
            from entrepot.adapters.imports.user_file import read_file

            return read_file(path)
        if name in self.studies():
            folder = resources.files("entrepot.facts").joinpath(SHIPPED)
            return folder.joinpath(f"{name}.yaml").read_bytes()
        raise NotFound(
            "grid.study",
            N_("There is no scenario {name}."),
            hint=N_("Name a file, or one that is shipped: {known}."),
            name=name[:120],
            known=", ".join(self.studies()),
        )

    def read_study(self, name: str) -> StudyScenario:
        """Read a scenario: a file, or a shipped one by its name."""
        from entrepot.adapters.imports.study_file import read_study

        data = self.study_text(name)
        file = name if Path(name).is_file() else f"{name}.yaml"
        return read_study(data, file, self.facts, self.rulebook.dictionary)

    def kept_cell(self, path: Path, key: str) -> Mapping[str, object] | None:
        """Return what a finished cell gave; a file that is damaged counts as none."""
        try:
            body = json.loads(path.read_bytes())
        except (OSError, ValueError):
            return None
        if not isinstance(body, dict):
            return None
        found = cast("dict[str, object]", body)
        whole = found.get("cell") == key and isinstance(found.get("figures"), dict)
        return cast("Mapping[str, object]", found["figures"]) if whole else None

    def keep_cell(self, path: Path, key: str, body: Mapping[str, object]) -> None:
        """Keep what a cell gave, whole or not at all."""
        from entrepot.adapters.system import write_whole

        text = json.dumps({"cell": key, "figures": body}, sort_keys=True, separators=(",", ":"))
        write_whole(path, text.encode() + b"\n", 0o644)

    def run_cells(
        self, world: World, cells: Sequence[tuple[Point, int]], *, workers: int, ray: bool
    ) -> Iterator[tuple[int, Mapping[str, object]]]:
        """Compute cells; yield place and figures as they are finished."""
        from entrepot.adapters.study_workers import in_processes, on_ray

        run = on_ray if ray else in_processes
        return run(world, cells, workers)

    def study_page(self, page: Page) -> bytes:
        """Return a report as one HTML file."""
        from entrepot.adapters.documents.study_html import study_html

        return study_html(page)
