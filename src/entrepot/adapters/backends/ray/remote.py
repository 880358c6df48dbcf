"""What runs inside a Ray cluster: the desk that keeps what runs tell, and the task that runs one.

Both are sent as they stand here, so nodes need Ray alone: this module imports the standard library
and Ray, and nothing of entrepôt. The desk is a detached actor at the centre's site. It starts the
tasks, so that they go on when the machine that submitted them goes away; a task whose desk is gone
ends its job.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

TELL_S = 0.3
CHUNK = 1 << 20
PR_SET_PDEATHSIG = 1
TOLD = ("seat.json", "heartbeat.json", "outputs.json", "state.json")
"""Small files of a seat that travel; the state last."""


class Desk:
    """Keeps runs by name: what they were given, what they tell, what they hand over."""

    def __init__(self) -> None:
        self._top = Path(tempfile.mkdtemp(prefix="entrepot-desk-"))
        self._kits: dict[str, dict[str, bytes]] = {}
        self._runs: dict[str, dict[str, Any]] = {}

    def has_kit(self, name: str) -> bool:
        """Say whether a kit lies here."""
        return name in self._kits

    def take_kit(self, name: str, files: dict[str, bytes]) -> None:
        """Keep a kit."""
        self._kits[name] = files

    def place(
        self, name: str, options: dict[str, Any], files: dict[str, bytes], kit: str, python: str
    ) -> None:
        """Start a run, once."""
        if name in self._runs:
            return
        ray: Any = import_module("ray")
        me = ray.get_runtime_context().current_actor
        task = ray.remote(run_seat).options(**options)
        given = {"name": name, "kit": kit, "python": python}
        run: dict[str, Any] = {"cancel": False, "small": {}, "log": b"", "begun": None}
        self._runs[name] = run
        (self._top / name).mkdir()
        run["ref"] = task.remote(given, files, self._kits[kit], me)

    def tell(self, name: str, small: dict[str, bytes], log: bytes) -> bool:
        """Take in what a run tells; return whether it shall end."""
        run = self._runs.get(name)
        if run is None:
            return True
        run["begun"] = run["begun"] or int(time.time())
        run["small"].update(small)
        run["log"] += log
        return bool(run["cancel"])

    def hand_over(self, name: str, file: str, chunk: bytes, first: bool) -> None:
        """Take in a piece of an output."""
        path = self._top / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb" if first else "ab") as target:
            target.write(chunk)

    def look(self, name: str) -> dict[str, Any]:
        """Return where a run is: stage, how it ended, in whose words, and when."""
        run = self._runs.get(name)
        if run is None:
            return {"stage": "gone"}
        stage = "running" if run["begun"] else "queued"
        ray: Any = import_module("ray")
        if "how" not in run and ray.wait([run["ref"]], timeout=0)[0]:
            run["how"], run["why"] = _end_of(ray, run["ref"])
            run["ended"] = int(time.time())
        told = {"begun": run["begun"], "ended": run.get("ended"), "why": run.get("why", "")}
        return {**told, "stage": "ended" if "how" in run else stage, "how": run.get("how", "")}

    def pull(self, name: str, log_from: int) -> dict[str, Any]:
        """Return the small files of a run, and its log from an offset on."""
        run = self._runs.get(name)
        if run is None:
            return {"small": {}, "log": b""}
        return {"small": run["small"], "log": run["log"][log_from : log_from + 8 * CHUNK]}

    def output(self, name: str, file: str, offset: int) -> bytes:
        """Return a piece of an output; nothing at its end, or if it is not there."""
        with contextlib.suppress(OSError), (self._top / name / file).open("rb") as source:
            source.seek(offset)
            return source.read(4 * CHUNK)
        return b""

    def stop(self, name: str) -> None:
        """Let a run be told that it shall end."""
        if name in self._runs:
            self._runs[name]["cancel"] = True

    def cancel(self, name: str) -> None:
        """Take a run out of the queue, or end it the hard way."""
        if name in self._runs:
            self._runs[name]["cancel"] = True
            import_module("ray").cancel(self._runs[name]["ref"], force=True)

    def forget(self, name: str) -> None:
        """Drop all that is kept of a run."""
        self._runs.pop(name, None)
        shutil.rmtree(self._top / name, ignore_errors=True)


def _end_of(ray: Any, ref: Any) -> tuple[str, str]:
    errors = ray.exceptions
    try:
        ray.get(ref)
    except errors.TaskCancelledError:
        return "cancelled", "cancelled"
    except errors.OutOfMemoryError as error:
        return "out_of_memory", str(error)[:200]
    except errors.RayError as error:
        return "node_lost", f"{type(error).__name__}: {error}"[:200]
    return "by_itself", ""


class _Teller:
    """Tells the desk how a run goes, a piece of log at a time."""

    def __init__(self, name: str, seat: Path, desk: Any) -> None:
        self._ray: Any = import_module("ray")
        self._name, self._seat, self._desk = name, seat, desk
        self._log_from = 0

    def tell(self, *, final: bool) -> bool:
        """Tell what is new, the end only if it is asked for; return whether to end."""
        small: dict[str, bytes] = {}
        for name in TOLD:
            with contextlib.suppress(OSError):
                content = (self._seat / name).read_bytes()
                if final or name != "state.json" or is_running(content):
                    small[name] = content
        log = self._new_log()
        return bool(self._ray.get(self._desk.tell.remote(self._name, small, log), timeout=60))

    def _new_log(self) -> bytes:
        with contextlib.suppress(OSError), (self._seat / "log").open("rb") as file:
            file.seek(self._log_from)
            chunk = file.read(CHUNK)
            self._log_from += len(chunk)
            return chunk
        return b""

    def finish(self) -> None:
        """Hand over outputs and the rest of the log, then tell the end."""
        top = self._seat / "outputs"
        for path in sorted(top.rglob("*")):
            if path.is_file() and not path.is_symlink():
                self._send(path, str(path.relative_to(top)))
        while (self._seat / "log").exists() and self._log_from < (
            self._seat / "log"
        ).stat().st_size:
            self.tell(final=False)
        self.tell(final=True)

    def _send(self, path: Path, name: str) -> None:
        with path.open("rb") as source:
            chunk, first = source.read(CHUNK), True
            while first or chunk:
                call = self._desk.hand_over.remote(self._name, name, chunk, first)
                self._ray.get(call, timeout=60)
                chunk, first = source.read(CHUNK), False


def run_seat(
    given: dict[str, str], files: dict[str, bytes], kit: dict[str, bytes], desk: Any
) -> None:
    """Run one job in a seat on this node, and tell the desk of it.

    Args:
        given: name of the run, name of the kit, Python of the node.
        files: files of the seat; kit: files of the keeper.
        desk: where to tell.
    """
    top = Path(tempfile.mkdtemp(prefix="entrepot-seat-"))
    seat, kit_folder = top / "seat", top / "kit"
    _lay(seat, files)
    _lay(kit_folder, kit)
    for part in ("work", "tmp", "outputs"):
        (seat / part).mkdir(exist_ok=True)
    code = (
        f"import sys; sys.path.insert(0, {str(kit_folder)!r}); "
        "from entrepot.adapters.backends.cluster.keeper import main; "
        f"sys.exit(main({str(seat)!r}))"
    )
    keeper = subprocess.Popen(
        [given["python"] or sys.executable, "-I", "-S", "-c", code],
        env=_environment(),
        cwd=seat,
        preexec_fn=_die_with_parent,
        start_new_session=True,
    )
    teller = _Teller(given["name"], seat, desk)
    try:
        while keeper.poll() is None:
            if teller.tell(final=False):
                (seat / "cancel").touch()
            time.sleep(TELL_S)
        teller.finish()
    finally:
        _end(keeper)
        shutil.rmtree(top, ignore_errors=True)


def _lay(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o755)


def _environment() -> dict[str, str]:
    ray: Any = import_module("ray")
    context = ray.get_runtime_context()
    given = [str(one) for one in context.get_accelerator_ids().get("GPU", [])]
    env = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
    env["ENTREPOT_NODE"] = f"{ray.util.get_node_ip_address()}/{context.get_node_id()[:8]}"
    return env | ({"CUDA_VISIBLE_DEVICES": ",".join(given)} if given else {})


def _die_with_parent() -> None:
    """Let the keeper be told to end when its worker is ended."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _end(keeper: subprocess.Popen[bytes]) -> None:
    if keeper.poll() is not None:
        return
    keeper.terminate()
    try:
        keeper.wait(timeout=10)
    except subprocess.TimeoutExpired:
        keeper.kill()
        keeper.wait()


def is_running(content: bytes) -> bool:
    """Say whether the state that a keeper wrote is that of a run that goes on."""
    try:
        return json.loads(content)["phase"] == "running"
    except (ValueError, KeyError, TypeError):
        return False
