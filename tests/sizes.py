"""How much a test does: little in every run of the suite, much before a release.

``ENTREPOT_RELEASE=1`` asks for the sizes of a release; ``ENTREPOT_KILLS=500`` for a size of one's
own. What a test has really done goes to the file that ``ENTREPOT_FIGURES`` names. All three are
read when a test file is loaded, before the tests forget the settings of whoever runs them.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

_GIVEN = dict(os.environ)


def size(name: str, usual: int, release: int) -> int:
    """Return how often a test does its work.

    Args:
        name: of the size, as in ``ENTREPOT_KILLS``.
        usual: in every run; release: before a release.
    """
    given = _GIVEN.get(f"ENTREPOT_{name}")
    if given:
        return int(given)
    return release if _GIVEN.get("ENTREPOT_RELEASE") == "1" else usual


def figure(name: str, **values: object) -> None:
    """Print what a test has measured, and keep it where the run of a release collects it."""
    line = json.dumps({"figure": name, **values})
    print(line)
    path = _GIVEN.get("ENTREPOT_FIGURES")
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
