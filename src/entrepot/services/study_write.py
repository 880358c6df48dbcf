"""Write the files of a study, and tell it as plain values."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.domain.grid.study_model import SCHEMES
from entrepot.kernel.errors import Translate
from entrepot.services.study_report import report_of
from entrepot.services.study_sums import MEASURES, difference, over_seeds
from entrepot.services.study_tables import (
    mean_cells,
    places_of,
    reasons_of,
    setting_cells,
    tables_of,
)
from entrepot.services.study_words import Reader

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.study_run import Study

REPORT = "report.html"


def write_study(app: App, study: Study, folder: Path, translate: Translate, tag: str) -> list[Path]:
    """Write report and tables; return the files.

    Args:
        app: the exchange.
        study: as run.
        folder: made if need be.
        translate, tag: the reader's language.

    Raises:
        Fault: a file cannot be written, or a picture not be drawn.
    """
    page = app.study_page(report_of(study, Reader(translate, tag)))
    files = [app.write_picture(folder / REPORT, page)]
    for name, columns, rows in tables_of(study):
        files.append(app.write_rows(folder / f"{name}.csv", columns, rows)[0])
    return files


def body_of(study: Study) -> dict[str, object]:
    """Return a study for ``--json``: every measure of every point, and what the anchors say."""
    return {
        "study": study.scenario.id,
        "scenario_sha256": study.scenario.digest,
        "synthetic": True,
        "seeds": list(study.seeds),
        "scale": study.scenario.scale,
        "cells": {"computed": study.computed, "kept": study.kept},
        "points": [_point(study, place) for place in range(len(study.settings))],
        "anchors": [
            dict(row) for name, _head, rows in tables_of(study) if name == "anchors" for row in rows
        ],
    }


def _point(study: Study, place: int) -> dict[str, object]:
    reasons = {
        scheme: {
            reason: {"leases": int(leases), "device_hours": int(hours)}
            for reason, (leases, hours) in reasons_of(study, place, scheme).items()
        }
        for scheme in SCHEMES
    }
    measures = [
        {
            "measure": name,
            "where": where or "all",
            **{
                scheme: mean_cells(over_seeds(study, place, scheme, name, where), digits + 2)
                for scheme in SCHEMES
            },
            "difference": mean_cells(difference(study, place, name, where), digits + 2),
        }
        for name, (_words, digits) in MEASURES.items()
        for where in places_of(study, name)
    ]
    return {**setting_cells(study.settings[place]), "measures": measures, "reasons": reasons}
