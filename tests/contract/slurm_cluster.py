"""A Slurm of the tests' own on one machine: a controller, three nodes, a key, private ports.

Everything lies in one temporary folder and ends with it. It needs root, since Slurm's daemons
and device files do. Nodes of partition ``hk`` have eight pretended devices of type ``h800``, each
of which may be shared by four; ``n3`` alone makes up the partition ``gz``.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from functools import cache
from pathlib import Path

import pytest

NODES = ("n1", "n2", "n3")
DEVICES = 8
CPUS = 32
START_S = 30.0
PR_SET_PDEATHSIG = 1

_CONF = """\
ClusterName=entrepot
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={top}/munge/socket
CredType=cred/munge
StateSaveLocation={top}/state
SlurmdSpoolDir={top}/spool-%n
SlurmctldPidFile={top}/slurmctld.pid
SlurmdPidFile={top}/slurmd-%n.pid
SlurmctldLogFile={top}/slurmctld.log
SlurmdLogFile={top}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=100
GresTypes=gpu,shard
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=1
ReturnToService=2
SlurmdTimeout=10
KillWait=3
MinJobAge=3600
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc={top}/jobcomp.txt
"""
_NODE = (
    "NodeName={name} NodeAddr=127.0.0.1 NodeHostname={host} Port={port} CPUs={cpus} "
    "RealMemory=16000 Gres=gpu:h800:{devices},shard:{shards} State=UNKNOWN\n"
)


class SlurmCluster:
    """The daemons of one cluster.

    Args:
        top: folder of their files; a short path, since it holds a socket.
    """

    def __init__(self, top: Path) -> None:
        self.top = top
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def conf(self) -> Path:
        """The configuration that clients need too."""
        return self.top / "slurm.conf"

    @property
    def jobcomp(self) -> Path:
        """Where the controller writes jobs that have ended."""
        return self.top / "jobcomp.txt"

    def start(self) -> None:
        """Start every daemon and wait until all nodes are idle."""
        self.top.chmod(0o755)  # munged wants its socket to be in everybody's reach
        for name in ("munge", "state", "dev", *(f"spool-{node}" for node in NODES)):
            (self.top / name).mkdir(mode=0o755)
        self._configure()
        self._start_munge()
        self.start_controller()
        for node in NODES:
            self.start_node(node)
        self.wait_for("idle")

    def start_controller(self) -> None:
        """Start the controller, with what it saved of earlier jobs."""
        again = [] if any((self.top / "state").iterdir()) else ["-c"]
        self._launch("slurmctld", "slurmctld", "-D", *again, "-f", str(self.conf))

    def start_node(self, node: str) -> None:
        """Start the daemon of a node."""
        self._launch(node, "slurmd", "-D", "-N", node, "-f", str(self.conf))

    def kill(self, name: str) -> None:
        """End a daemon the hard way; the jobs of a node live on."""
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def stop(self) -> None:
        """End every daemon and job of this cluster."""
        with contextlib.suppress(subprocess.SubprocessError, OSError):
            self.run("scancel", "--user=root", "--quiet")
            time.sleep(0.2)
        for name in list(self._running)[::-1]:
            self.kill(name)
        for pid in [pid for step in self._steps() for pid in (step, *_below(step))]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.top, ignore_errors=True)

    @contextlib.contextmanager
    def silent(self) -> Generator[None]:
        """Be without a controller for a while; it saves what it knows, as at any restart."""
        self._running["slurmctld"].terminate()
        self._running["slurmctld"].wait(START_S)
        try:
            yield
        finally:
            self.start_controller()

    def lose_node(self, node: str) -> int:
        """End the daemon of a node and all its jobs at once, as a loss of power does.

        Returns:
            How many jobs it had.
        """
        numbers = self.run("squeue", "-h", "-w", node, "-t", "R", "-o", "%i").split()
        self.kill(node)
        steps = [step for number in numbers for step in self._steps(f"[{number}.")]
        for pid in [pid for step in steps for pid in (step, *_below(step))]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(steps)

    def _steps(self, named: str = "") -> list[int]:
        """Return the processes by which Slurm watches over the jobs of this cluster."""
        found: list[int] = []
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                ours = f"SLURM_CONF={self.conf}".encode() in (place / "environ").read_bytes()
                command = (place / "cmdline").read_bytes().decode(errors="replace")
                if ours and command.startswith("slurmstepd") and named in command:
                    found.append(int(place.name))
        return found

    def run(self, *words: str) -> str:
        """Run a client program of Slurm and return what it prints."""
        return subprocess.run(
            words, env=self.environment(), check=True, capture_output=True, text=True, timeout=20
        ).stdout

    def environment(self) -> dict[str, str]:
        """Return an environment in which the clients find this cluster."""
        return {**os.environ, "SLURM_CONF": str(self.conf)}

    def wait_for(self, state: str, nodes: tuple[str, ...] = NODES) -> None:
        """Wait until nodes are in a state."""
        until = time.monotonic() + START_S
        seen = ""
        while time.monotonic() < until:
            with contextlib.suppress(subprocess.SubprocessError):
                seen = self.run("sinfo", "-h", "-N", "-p", "all", "-o", "%N %T")
                if all(f"{node} {state}" in seen.splitlines() for node in nodes):
                    return
            time.sleep(0.1)
        raise AssertionError(f"nodes are not {state}: {seen}")

    def _configure(self) -> None:
        host = socket.gethostname()
        ports = _free_ports(1 + len(NODES))
        text = _CONF.format(host=host, top=self.top, port=ports[0])
        for node, port in zip(NODES, ports[1:], strict=True):
            text += _NODE.format(
                name=node, host=host, port=port, cpus=CPUS, devices=DEVICES, shards=4 * DEVICES
            )
        text += "PartitionName=all Nodes=n1,n2,n3 State=UP\n"
        text += "PartitionName=hk Nodes=n1,n2,n3 Default=YES State=UP\n"
        text += "PartitionName=gz Nodes=n3 State=UP\n"
        self.conf.write_text(text)
        for index in range(DEVICES):
            os.mknod(self.top / "dev" / f"gpu{index}", 0o666 | 0o020000, os.makedev(1, 3))
        files = f"{self.top}/dev/gpu[0-{DEVICES - 1}]"
        (self.top / "gres.conf").write_text(
            f"Name=gpu Type=h800 File={files}\nName=shard Count={4 * DEVICES}\n"
        )

    def _start_munge(self) -> None:
        place = self.top / "munge"
        (place / "key").write_bytes(secrets.token_bytes(128))
        (place / "key").chmod(0o400)
        files = [f"--{part}-file={place / part}" for part in ("key", "pid", "log", "seed")]
        self._launch("munge", "munged", "-F", f"--socket={place / 'socket'}", *files)
        until = time.monotonic() + START_S
        while not (place / "socket").exists():
            assert time.monotonic() < until, "munged does not start"
            time.sleep(0.02)

    def _launch(self, name: str, *words: str) -> None:
        path = f"/usr/sbin:/sbin:{os.environ['PATH']}"
        with (self.top / f"{name}.out").open("ab") as out:
            self._running[name] = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**self.environment(), "PATH": path},
                cwd="/",
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )


def _die_with_parent() -> None:
    """Leave no daemon behind a test process that is killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _below(pid: int) -> list[int]:
    """Return the processes below one, parents first."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for path in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in path.read_text().split():
                found += [int(child), *_below(int(child))]
    return found


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@cache
def slurm_cluster() -> SlurmCluster:
    """Return the running cluster of this process; started at the first call.

    Skips the test where Slurm is not installed or the user is not root; on CI that is a failure.
    """
    paths = f"/usr/sbin:/sbin:{os.environ['PATH']}"
    missing = [
        name for name in ("slurmctld", "slurmd", "munged") if not shutil.which(name, path=paths)
    ]
    if missing or os.geteuid() != 0:
        pytest.skip("no Slurm can be started here (as root, apt-get install slurm-wlm munge)")
    cluster = SlurmCluster(Path(tempfile.mkdtemp(prefix="entrepot-slurm-")))
    atexit.register(cluster.stop)
    cluster.start()
    return cluster
