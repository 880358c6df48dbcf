"""Paths in a job file: relative, inside the folder, and no way out of it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

PATH_MAX = 200


def check_path(text: str) -> str:
    """Return a relative path in its plain form.

    Raises:
        Invalid: empty, absolute, with ``..``, a backslash, ``~`` or control characters.

    >>> check_path("./out/portrait.png")
    'out/portrait.png'
    """
    parts = text.split("/")
    odd = any(ord(sign) < 32 or ord(sign) == 127 or sign in "\\:" for sign in text)
    if not text.strip() or len(text) > PATH_MAX or odd:
        raise _path_error(text)
    if text.startswith(("/", "~")) or ".." in parts or text.endswith("/"):
        raise _path_error(text)
    plain = str(PurePosixPath(text))
    if plain == ".":
        raise _path_error(text)
    return plain


def check_file(path: str, folder: Path) -> None:
    """See that a file of the job is an ordinary file inside ``folder``.

    A symbolic link is refused wherever it points: what is sent away must be what was looked at.

    Raises:
        Invalid: missing, a folder or device, or reached through a symbolic link.
    """
    place = folder
    for part in PurePosixPath(path).parts:
        place = place / part
        if place.is_symlink():
            raise Invalid(
                "job.file_link",
                N_("{path} is a symbolic link, or lies behind one."),
                hint=N_("Put the file itself beside the job file."),
                path=path,
            )
    if not place.exists():
        raise Invalid(
            "job.file_missing",
            N_("The file {path} is not there."),
            hint=N_("Put it beside the job file, or take it out of run.files."),
            path=path,
        )
    if not place.is_file():
        raise Invalid(
            "job.file_kind",
            N_("{path} is not an ordinary file."),
            hint=N_("List files, not folders or devices."),
            path=path,
        )


def _path_error(text: str) -> Invalid:
    return Invalid(
        "job.path",
        N_("{path} is not a relative path inside the job's folder."),
        hint=N_("Write a path such as out/result.json, without .., a leading / or a backslash."),
        path=repr(text[:60]),
    )
