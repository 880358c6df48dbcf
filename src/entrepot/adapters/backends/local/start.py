"""How a job is started in a sandbox: command line, limits, environment.

In bubblewrap the job sees the base system read-only, Python, a work folder, a private
``/tmp``, and no network, no home folder and no other process.

Source: bwrap(1), bubblewrap 0.8, 2023.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from entrepot.adapters.backends.local import launcher, seccomp
from entrepot.adapters.backends.local.folder import JobFolder
from entrepot.adapters.backends.local.kinds import Kind, uid_of
from entrepot.adapters.backends.local.processes import MARK

WORK = "/job"
MEMORY_SLACK = 256 << 20
ADDRESS_SLACK = 4 << 30
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix")
_SETTINGS = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime")
_ACCELERATORS = ("nvidia*", "davinci*", "devmm_svm", "hisi_hdc", "kfd", "dri")
_PYTHONS = frozenset({"python", "python3"})


def _bindings(home: str) -> list[str]:
    """Arguments that show the base system and this Python read-only."""
    args: list[str] = []
    for place in _SYSTEM:
        if os.path.islink(place):
            args += ["--symlink", os.readlink(place), place]
        elif os.path.isdir(place):
            args += ["--ro-bind", place, place]
    args += ["--dir", "/etc"]
    for name in _SETTINGS:
        args += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    args += ["--proc", "/proc", "--dev", "/dev", "--bind", home, "/tmp"]
    for prefix in sorted({sys.base_prefix, sys.prefix}):
        if prefix.startswith("/usr/") or prefix == "/usr":
            continue
        # Folders that bubblewrap makes by itself are closed to other users.
        for parent in reversed(Path(prefix).parents):
            args += ["--dir", str(parent)] if str(parent) != "/" else []
        args += ["--ro-bind", prefix, prefix]
    return args


def _device_files() -> list[str]:
    """Arguments that show the accelerators: the sandbox has a /dev of its own."""
    found = [path for pattern in _ACCELERATORS for path in sorted(Path("/dev").glob(pattern))]
    return [word for path in found for word in ("--dev-bind", str(path), str(path))]


def _bwrap(kind: Kind, folder: JobFolder, seccomp_fd: int, has_device: bool) -> list[str]:
    args = [shutil.which("bwrap") or "bwrap", "--die-with-parent", "--new-session"]
    args += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    args += ["--unshare-cgroup-try", "--hostname", "job", "--cap-drop", "ALL"]
    if kind is Kind.BWRAP_UID:
        args += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        args += ["--unshare-user"]
    args += _bindings(str(folder.tmp)) + (_device_files() if has_device else [])
    args += ["--bind", str(folder.work), WORK, "--remount-ro", "/dev", "--remount-ro", "/"]
    if seccomp_fd >= 0:
        args += ["--seccomp", str(seccomp_fd)]
    return args


def _limits(
    kind: Kind, memory_bytes_max: int, disk_bytes_max: int, processes_max: int
) -> dict[str, int]:
    limits = {
        "RLIMIT_AS": memory_bytes_max + ADDRESS_SLACK,
        "RLIMIT_DATA": memory_bytes_max + MEMORY_SLACK,
        "RLIMIT_FSIZE": disk_bytes_max,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 1024,
        # A little above what is polled for, so that the breach is seen and named.
        "RLIMIT_NPROC": processes_max + 8,
    }
    if kind is Kind.LIMITS:
        # Counted for the whole user, whose other processes are not the job's fault.
        limits["RLIMIT_NPROC"] += _tasks_of_user(os.getuid())
    return limits


def _tasks_of_user(uid: int) -> int:
    count = 0
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                if os.stat(f"/proc/{name}").st_uid == uid:
                    count += len(os.listdir(f"/proc/{name}/task"))
            except OSError:
                continue
    return count


def _environment(kind: Kind, folder: JobFolder, job_id: str) -> dict[str, str]:
    work, tmp = (WORK, "/tmp") if kind.is_bwrap else (str(folder.work), str(folder.tmp))
    return {
        "HOME": work,
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": tmp,
        MARK: job_id,
    }


@dataclass(frozen=True, slots=True)
class Order:
    """What to start.

    Attributes:
        job_id: mark of its processes.
        command: program and arguments.
        env: what the job adds to its environment.
        memory_bytes_max, disk_bytes_max, processes_max: limits.
        has_device: whether an accelerator goes with it; its driver reserves addresses by the
            terabyte, so only memory in use is limited then.
    """

    job_id: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    memory_bytes_max: int
    disk_bytes_max: int
    processes_max: int
    has_device: bool = False


@dataclass(slots=True)
class Started:
    """A job that was started.

    Attributes:
        pid: of the sandbox's first process.
        log_fd: reading end of what the job prints.
        status_fd: reading end of the launcher's letters.
    """

    pid: int
    log_fd: int
    status_fd: int


def start(kind: Kind, folder: JobFolder, order: Order) -> Started:
    """Start a job in a sandbox.

    Args:
        kind: sandbox, one that works.
        folder: its ``work`` and ``tmp`` exist.
        order: what to run.

    Raises:
        OSError: the first process cannot be started.
    """
    uid = uid_of(kind, order.job_id)
    if uid:
        _give(folder, uid)
    orders_fd = _in_memory(json.dumps(_orders(kind, folder, order, uid)).encode())
    filter_fd = _in_memory(seccomp.program()) if kind.is_bwrap and seccomp.program() else -1
    log_fd, log_end = os.pipe()
    status_fd, status_end = os.pipe()
    inherited = [fd for fd in (orders_fd, filter_fd, status_end) if fd >= 0]
    code = Path(launcher.__file__).read_text(encoding="utf-8")
    argv = [sys.executable, "-I", "-S", "-c", code, str(orders_fd), str(status_end)]
    if kind.is_bwrap:
        argv = [*_bwrap(kind, folder, filter_fd, order.has_device), *argv]
    try:
        child = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=log_end,
            stderr=log_end,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            cwd="/",
            pass_fds=inherited,
            start_new_session=True,
        )
    finally:
        for fd in (*inherited, log_end):
            os.close(fd)
    # The caller reaps by wait4, which tells the processor time; Popen must not wait too.
    child.returncode = 0
    return Started(child.pid, log_fd, status_fd)


def _orders(kind: Kind, folder: JobFolder, order: Order, uid: int) -> dict[str, object]:
    program = order.command[0]
    env = _environment(kind, folder, order.job_id) | dict(order.env)
    limits = _limits(kind, order.memory_bytes_max, order.disk_bytes_max, order.processes_max)
    if order.has_device:
        del limits["RLIMIT_AS"]
    return {
        "folder": WORK if kind.is_bwrap else str(folder.work),
        "limits": limits,
        "uid": uid,
        "bare": not kind.is_bwrap,
        "command": [sys.executable if program in _PYTHONS else program, *order.command[1:]],
        "env": {**env, MARK: order.job_id},
    }


def _give(folder: JobFolder, uid: int) -> None:
    for top in (folder.work, folder.tmp):
        os.chown(top, uid, uid)
        for parent, folders, files in os.walk(top):
            for name in (*folders, *files):
                os.chown(os.path.join(parent, name), uid, uid, follow_symlinks=False)


def _in_memory(data: bytes) -> int:
    fd = os.memfd_create("entrepot", os.MFD_CLOEXEC)
    os.write(fd, data)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd
