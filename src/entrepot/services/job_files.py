"""Files that a job brings: found and digested when it is quoted, held to that when it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import NotFound, Refused
from entrepot.kernel.text import N_


def files_of(names: Sequence[str], folder: Path) -> dict[str, object]:
    """Return name → path and digest of the files that a job brings.

    Raises:
        NotFound: a file is not there.
    """
    found: dict[str, object] = {}
    for name in names:
        path = folder / name
        try:
            found[name] = {"path": str(path.resolve()), "sha256": sha256_hex(path.read_bytes())}
        except OSError as error:
            raise NotFound(
                "job.file",
                N_("The job brings the file {name}, but {path} cannot be read."),
                hint=N_("Put it beside the job file, or take it out of run.files."),
                fields={"run.files": name},
                name=name,
                path=str(path),
            ) from error
    return found


def check_files(declared: Mapping[str, object]) -> None:
    """See that the files of a job are what was quoted.

    Raises:
        NotFound: one is gone.
        Refused: one has changed.
    """
    run = cast(Mapping[str, object], declared["run"])
    for name, file in cast(Mapping[str, Mapping[str, str]], run["files"]).items():
        path = Path(file["path"])
        now = cast(Mapping[str, str], files_of([path.name], path.parent)[path.name])
        if now["sha256"] != file["sha256"]:
            raise Refused(
                "job.file_changed",
                N_("The file {name} has changed since the quote."),
                hint=N_("Quote again, so that what runs is what was declared."),
                name=name,
            )
