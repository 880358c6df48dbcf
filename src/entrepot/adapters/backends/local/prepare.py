"""What stands before a run: the spec is checked, its files are copied, an older run set aside."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path, PurePosixPath

from entrepot.adapters.backends.local.folder import Body, JobFolder
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Conflict, EntrepotError, Fault, Invalid, Refused
from entrepot.kernel.text import N_
from entrepot.services.backend_port import RunSpec

_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
_POSITIVE = (
    "time_limit_s", "milli_devices", "memory_bytes_max", "disk_bytes_max", "processes_max",
    "log_bytes_max", "cpus",
)  # fmt: skip
_OF_A_RUN = (
    "spec", "state", "reports", "log", "outputs", "outputs_list", "heartbeat", "kin", "cancel",
)  # fmt: skip
"""Files of one run that the next one must not find; the spec goes first."""


def plain(spec: RunSpec) -> Body:
    """Return a spec as plain values."""
    body: Body = {
        "job_id": spec.job_id,
        "lease_id": spec.lease_id,
        "fence": spec.fence,
        "centre_id": spec.centre_id,
        "command": list(spec.command),
        "files": {name: str(path) for name, path in sorted(spec.files.items())},
        "outputs": list(spec.outputs),
        "env": dict(sorted(spec.env.items())),
        "time_limit_s": spec.time_limit_s,
        "ends_at": spec.ends_at,
        "milli_devices": spec.milli_devices,
        "memory_bytes_max": spec.memory_bytes_max,
        "disk_bytes_max": spec.disk_bytes_max,
        "processes_max": spec.processes_max,
        "log_bytes_max": spec.log_bytes_max,
    }
    # Left out where they say nothing, so that specs stored before they were known stay the same.
    more: Body = {"device": spec.device, "cpus": spec.cpus}
    usual: Body = {"device": "", "cpus": 1}
    return body | {key: value for key, value in more.items() if value != usual[key]}


def digest_of(spec: RunSpec) -> str:
    """Return what tells one spec from another."""
    return sha256_hex(repr(plain(spec)).encode())


def is_newer(known: Body, spec: RunSpec) -> bool:
    """Say whether a spec starts its job anew; one that is neither newer nor known is refused.

    Args:
        known: stored spec of the job.
        spec: what is asked for now.

    Raises:
        Conflict: the job runs under a higher fencing token, or with another content.
    """
    fence = int(str(known["fence"]))
    if spec.fence < fence:
        raise Conflict(
            "backend.stale_fence",
            N_("Job {id} runs under fencing token {known}; token {fence} is out of date."),
            hint=N_("Look at the job: entrepot jobs show {id}"),
            id=spec.job_id,
            known=fence,
            fence=spec.fence,
        )
    if spec.fence == fence and known["digest"] != digest_of(spec):
        raise Conflict(
            "backend.other_spec",
            N_("Job {id} was started before with another content."),
            hint=N_("Take a new lease for the changed job."),
            id=spec.job_id,
        )
    return spec.fence > fence


def set_aside(folder: JobFolder) -> None:
    """Move what an earlier run left out of the way of the next one.

    The spec goes first: a process killed in the middle leaves a folder without one, which is
    filled anew, and what it left is set aside then.
    """
    paths = [getattr(folder, name) for name in _OF_A_RUN]
    left = [path for path in paths if os.path.lexists(path)]
    if not left:
        return
    top = folder.root / "before"
    top.mkdir(exist_ok=True)
    target = top / str(len(os.listdir(top)) + 1)
    target.mkdir()
    for path in left:
        path.rename(target / path.name)


def copy_files(work: Path, spec: RunSpec) -> None:
    """Copy the files of a job into its work folder.

    Raises:
        Invalid: one is missing, cannot be read, or all are larger than the disk.
    """
    left = spec.disk_bytes_max
    for name, source in spec.files.items():
        target = work / name
        try:
            if not source.is_file():
                raise invalid(N_("no such plain file: {value}"), f"run.files.{name}", str(source))
            left -= source.stat().st_size
            if left < 0:
                raise invalid(
                    N_("the files are larger than the job's disk: {value}"), "run.files", name
                )
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        except PermissionError:
            raise invalid(
                N_("the file cannot be read: {value}"), f"run.files.{name}", str(source)
            ) from None
        target.chmod(0o755 if os.access(source, os.X_OK) else 0o644)


def check(spec: RunSpec) -> None:
    """Refuse a spec without meaning.

    Raises:
        Invalid: a name leaves the work folder, a limit has no meaning, a word cannot be passed.
    """
    for value in (spec.job_id, spec.centre_id):
        check_id(value)
    if not spec.command or not all(spec.command) or "\0" in "".join(spec.command):
        raise invalid(N_("the command is empty: {value}"), "run.command", str(spec.command))
    for name in (*spec.files, *spec.outputs):
        path = PurePosixPath(name)
        if not path.parts or path.is_absolute() or ".." in path.parts or "\0" in name:
            raise invalid(N_("the name leaves the work folder: {value}"), "run.files", name)
    for key, value in spec.env.items():
        if not key or "=" in key or "\0" in key + value:
            raise invalid(N_("no name of a variable: {value}"), "run.env", key)
    for name in (*_POSITIVE, "fence"):
        if getattr(spec, name) < (0 if name == "fence" else 1):
            raise invalid(N_("it must be positive: {value}"), name, str(getattr(spec, name)))


def check_network(spec: RunSpec) -> None:
    """Refuse a run that asks for a network.

    Raises:
        Refused: it does.
    """
    if spec.network_allowed:
        raise Refused(
            "backend.network",
            N_("Jobs run without a network only."),
            hint=N_("List what the job needs under run.files."),
        )


def disk_fault(root: Path, error: OSError) -> Fault:
    """Return the fault of a folder that cannot be written."""
    return Fault(
        "backend.folder",
        N_("The job's folder {path} cannot be written: {why}."),
        hint=N_("Make room on the disk and check that the folder is yours."),
        path=str(root),
        why=error.strerror or type(error).__name__,
    )


def check_id(value: str) -> None:
    """Refuse an id that could leave its folder.

    Raises:
        Invalid: it is none.
    """
    if not _ID.match(value):
        raise invalid(N_("not an id: {value}"), "id", value)


def invalid(why: str, field: str, value: str) -> EntrepotError:
    """Return the refusal of a field of a spec."""
    sentence = why.format(value=value)
    return Invalid(
        "backend.spec",
        N_("The job cannot be started: {why}."),
        hint=N_("Correct {field} in the job file."),
        fields={field: sentence},
        why=sentence,
        field=field,
    )
