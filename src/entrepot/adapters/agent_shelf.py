"""Folders of agents: the exchange's shelf of inputs, logs and outputs, and the agent's own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from entrepot.adapters.system import write_whole
from entrepot.kernel.canonical import canonical_json, sha256_hex
from entrepot.kernel.errors import Fault, Refused
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.adapters.backends.local.backend import LocalBackend
    from entrepot.adapters.identity.signing import SigningKey
    from entrepot.services.backend_port import Backend

READ_BYTES = 1 << 20
STATE = "agent.json"


class HomeShelf:
    """The port ``Shelf`` in a folder of the home; every file is named by an id or a digest.

    Args:
        root: folder, made when it is first written to.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def keep_input(self, job_id: str, source: Path) -> tuple[str, int]:
        """Copy an input; return its digest and size in bytes."""
        data = source.read_bytes()
        digest = sha256_hex(data)
        write_whole(self._input(job_id, digest), data)
        return digest, len(data)

    def _input(self, job_id: str, digest: str) -> Path:
        return self._root / _plain(job_id) / "inputs" / _plain(digest)

    def read_input(self, job_id: str, digest: str, offset: int) -> bytes:
        """Return a part of an input from ``offset`` on; empty at its end."""
        with self._input(job_id, digest).open("rb") as file:
            file.seek(offset)
            return file.read(READ_BYTES)

    def _run(self, assignment_id: str) -> Path:
        job_id, _, fence = assignment_id.partition(":")
        return self._root / _plain(job_id) / f"run-{_plain(fence)}"

    def log(self, assignment_id: str) -> Path:
        """Return where the log of a run lies, whether it is there or not."""
        return self._run(assignment_id) / "log"

    def log_bytes(self, assignment_id: str) -> int:
        """Return how much of the log has come."""
        return _size(self.log(assignment_id))

    def add_log(self, assignment_id: str, offset: int, data: bytes, bytes_max: int) -> int:
        """Append a part that begins where the log ends, else do nothing; return its length."""
        path = self.log(assignment_id)
        room = bytes_max - offset
        return _append(path, offset, data[: max(room, 0)])

    def output(self, assignment_id: str, digest: str) -> Path:
        """Return where an output lies once it has come whole."""
        return self._run(assignment_id) / "outputs" / _plain(digest)

    def add_output(
        self, assignment_id: str, digest: str, offset: int, data: bytes, bytes_all: int
    ) -> int:
        """Append a part of an output; return how much of it has come.

        Raises:
            Refused: the whole is not what was announced; its parts are dropped.
        """
        whole = self.output(assignment_id, digest)
        if whole.exists():
            return bytes_all
        part = whole.with_name(f"{digest}.part")
        come = _append(part, offset, data)
        if come < bytes_all:
            return come
        # What was announced was judged by the gate: nothing else may leave the centre.
        if come > bytes_all or sha256_hex(part.read_bytes()) != digest:
            part.unlink()
            raise Refused(
                "agent.output",
                N_("An output of run {id} is not the one that was announced."),
                hint=N_("Send it again from its beginning."),
                id=assignment_id,
            )
        part.replace(whole)
        return bytes_all


def _plain(name: str) -> str:
    """Return a name of a file that cannot leave its folder."""
    if not name or not all(sign.isalnum() or sign in "-_" for sign in name):
        raise ValueError(f"no name of a file here: {name!r}")
    return name


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _append(path: Path, offset: int, data: bytes) -> int:
    """Append a part that begins where the file ends; return the file's length."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("ab") as file:
        size = file.tell()
        if offset == size and data:
            file.write(data)
            size += len(data)
    return size


class AgentFolder:
    """The port ``Workplace``: the agent's own folder at its centre.

    Args:
        root: folder; only its owner may read it.
        report_every_s: seconds between usage reports of a run.
    """

    def __init__(self, root: Path, *, report_every_s: int = 10) -> None:
        self._root = root.expanduser().absolute()
        self._report_every_s = report_every_s

    def signer(self, centre_id: str) -> SigningKey:
        """Return the agent's key at a centre; made at the first use and never sent anywhere."""
        from entrepot.adapters.identity.signing import load_or_create

        return load_or_create(self._local.key_path(centre_id))

    @property
    def backend(self) -> Backend:
        """What runs the jobs at the centre, metered with the agent's key.

        The machine itself, or the one cluster that ``backends.yaml`` in the folder describes.
        """
        from entrepot.adapters.backends_port import only_backend

        return only_backend(self._root) or self._local

    @property
    def _local(self) -> LocalBackend:
        from entrepot.adapters.backends.local.backend import LocalBackend

        return LocalBackend(self._root, report_every_s=self._report_every_s)

    def load(self) -> dict[str, object]:
        """Return what the agent has noted; empty before it enrolled.

        Raises:
            Fault: the note cannot be read.
        """
        path = self._root / STATE
        try:
            return cast("dict[str, object]", json.loads(path.read_bytes()))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise Fault(
                "agent.folder",
                N_("The agent's notes {path} cannot be read: {why}."),
                hint=N_("Enrol anew in an empty folder; runs of this one are queued again."),
                path=str(path),
                why=str(error),
            ) from error

    def note(self, state: Mapping[str, object]) -> None:
        """Write what the agent must know after a crash, whole or not at all."""
        write_whole(self._root / STATE, canonical_json(dict(state)))

    def input(self, digest: str) -> Path:
        """Return where an input of a job lies, whether it is there or not."""
        return self._root / "inputs" / _plain(digest)

    def keep_input(self, digest: str, data: bytes, *, executable: bool) -> Path:
        """Write an input, whole or not at all."""
        return write_whole(self.input(digest), data, 0o700 if executable else 0o600)
