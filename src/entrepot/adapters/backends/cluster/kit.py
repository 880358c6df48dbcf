"""The keeper as it travels: those files of entrepôt that a node needs, in one folder.

They import the standard library only, so a node needs Python 3.11 and nothing else.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from functools import cache
from pathlib import Path

_TOP = Path(__file__).resolve().parents[4]
_PARTS = (
    "entrepot/kernel/*.py",
    "entrepot/domain/metering/*.py",
    "entrepot/services/backend_port.py",
    "entrepot/adapters/identity/*.py",
    "entrepot/adapters/backends/local/*.py",
    "entrepot/adapters/backends/cluster/*.py",
)
_MAIN = (
    "import sys; sys.path.insert(0, {kit!r}); "
    "from entrepot.adapters.backends.cluster.keeper import main; sys.exit(main({seat!r}))"
)


@cache
def kit_files() -> dict[str, bytes]:
    """Return the files of the kit: name below the folder → content."""
    paths = [path for part in _PARTS for path in sorted(_TOP.glob(part))]
    files = {str(path.relative_to(_TOP)): path.read_bytes() for path in paths}
    folders = {str(above) for name in files for above in Path(name).parents if str(above) != "."}
    return {f"{folder}/__init__.py": b"" for folder in sorted(folders)} | files


@cache
def kit_name() -> str:
    """Return the name of the kit's folder: another content has another name."""
    told = hashlib.sha256()
    for name, content in sorted(kit_files().items()):
        told.update(f"{name} {len(content)}\n".encode() + content)
    return f"kit-{told.hexdigest()[:16]}"


def lay_out(top: Path, name: str, files: dict[str, bytes]) -> Path:
    """Put a kit into a folder, whole or not at all; one that lies there already stays.

    Args:
        top: folder that kits lie in.
        name: of the kit; files: its content.

    Returns:
        Folder of the kit.
    """
    target = top / name
    if target.is_dir():
        return target
    draft = top / f".{name}.{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    for file, content in files.items():
        path = draft / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    try:
        draft.rename(target)
    except OSError:
        # Another process was quicker: its kit is the same.
        shutil.rmtree(draft, ignore_errors=True)
    return target


def command(python: str, kit: str, seat: str) -> list[str]:
    """Return the command by which a node starts a keeper.

    Args:
        python: Python of the node.
        kit: folder of the kit, as the node sees it; seat: folder of the run.
    """
    return [python, "-I", "-S", "-c", _MAIN.format(kit=kit, seat=seat)]
