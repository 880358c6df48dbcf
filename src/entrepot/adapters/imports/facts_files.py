"""The files that facts come from: the shipped folder, and the operator's own over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.kernel.canonical import digest, sha256_hex
from entrepot.kernel.errors import Invalid, NotFound
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

SCHEMAS: Mapping[str, str] = {
    f"{name}.yaml": f"entrepot.{name}/1"
    for name in (
        "places",
        "centres",
        "devices",
        "network",
        "energy",
        "fx",
        "demand",
        "charges",
    )
}
OFFERS = "offers_public.csv"
RULES = tuple(
    f"rules/{name}.yaml"
    for name in ("dictionary", "flow", "placement", "vouchers", "proposed", "tax")
)
KNOWN = (*SCHEMAS, OFFERS, *RULES)
CASES = "rules/cases/"
"""Folder of the worked cases, which are no facts: ``entrepot rules test`` reads them."""
FILE_BYTES_MAX = 8_000_000


@dataclass(frozen=True, slots=True)
class FactFiles:
    """Bytes of all facts files.

    Attributes:
        shipped, own: file name → bytes.
        own_folder: where the operator's files lie, for messages.
        content_digest: SHA-256 over names and bytes of both.
    """

    shipped: Mapping[str, bytes]
    own: Mapping[str, bytes]
    own_folder: str
    content_digest: str

    def versions(self, name: str) -> list[tuple[str, bytes]]:
        """Return (name for messages, bytes) of a file, shipped first, the operator's over it."""
        found = [(name, self.shipped[name])] if name in self.shipped else []
        if name in self.own:
            found.append((str(Path(self.own_folder) / name), self.own[name]))
        return found

    def rules(self) -> dict[str, tuple[str, bytes]]:
        """Return rule file → (name for messages, bytes); the operator's file takes its place."""
        return {name: self.versions(name)[-1] for name in RULES if self.versions(name)}


def read_files(shipped: Path | Traversable, overrides: Path | None) -> FactFiles:
    """Read all facts files into memory.

    Args:
        shipped: folder of the package.
        overrides: the operator's folder, or None.

    Raises:
        NotFound: the operator's folder does not exist.
        Invalid: it holds a file of unknown name, or one that is too large to be facts.
    """
    own = {} if overrides is None else _own(overrides)
    given = {
        name: node.read_bytes() for name in KNOWN if (node := shipped.joinpath(name)).is_file()
    }
    hashes = [
        {name: sha256_hex(data) for name, data in sorted(part.items())} for part in (given, own)
    ]
    return FactFiles(given, own, str(overrides or ""), digest(hashes))


def _own(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        raise NotFound(
            "facts.folder",
            N_("There is no folder {folder} with facts."),
            hint=N_("Give an existing folder with --facts, or leave the option out."),
            folder=str(folder),
        )
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() or path.suffix not in (".yaml", ".yml", ".csv"):
            continue
        if name.startswith(CASES):
            continue
        if name not in KNOWN:
            raise _unknown_file(name, folder)
        if path.stat().st_size > FILE_BYTES_MAX:
            raise Invalid(
                "facts.size",
                N_("{name} is larger than {most:,} bytes."),
                hint=N_("Keep facts only in the folder."),
                name=str(path),
                most=FILE_BYTES_MAX,
            )
        found[name] = path.read_bytes()
    return found


def _unknown_file(name: str, folder: Path) -> Invalid:
    guess = did_you_mean(name, KNOWN)
    return Invalid(
        "facts.file",
        N_("{name} in {folder} is no file of facts."),
        hint=N_("Did you mean {guess}?") if guess else N_("Known files: {known}."),
        name=name,
        folder=str(folder),
        guess=guess or "",
        known=", ".join(KNOWN),
    )
