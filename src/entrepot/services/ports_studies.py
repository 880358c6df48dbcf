"""What a study of use needs of the machine: scenarios, kept cells, processes, a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from entrepot.domain.grid.study_model import Point, World
    from entrepot.services.study_page import Page
    from entrepot.services.study_scenario import StudyScenario


class StudyFiles(Protocol):
    """Readers, writers and workers of studies."""

    def studies(self) -> Sequence[str]:
        """Return the names of the shipped scenarios."""
        ...

    def read_study(self, name: str) -> StudyScenario:
        """Read a scenario: a file, or a shipped one by its name."""
        ...

    def study_text(self, name: str) -> bytes:
        """Return the bytes of a scenario."""
        ...

    def kept_cell(self, path: Path, key: str) -> Mapping[str, object] | None:
        """Return what a finished cell gave, or None if it has to be computed."""
        ...

    def keep_cell(self, path: Path, key: str, body: Mapping[str, object]) -> None:
        """Keep what a cell gave, whole or not at all."""
        ...

    def run_cells(
        self, world: World, cells: Sequence[tuple[Point, int]], *, workers: int, ray: bool
    ) -> Iterator[tuple[int, Mapping[str, object]]]:
        """Compute cells in processes, or on Ray; yield place and figures as they are finished."""
        ...

    def study_page(self, page: Page) -> bytes:
        """Return a report as one HTML file that needs nothing beside it."""
        ...
