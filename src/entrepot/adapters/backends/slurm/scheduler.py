"""Slurm as a scheduler of a cluster: ``sbatch``, ``squeue --json``, ``scontrol``, ``scancel``.

Source: manual pages of Slurm 22.05, https://slurm.schedmd.com/archive/slurm-22.05.8/, 2026-11-21.
"""

from __future__ import annotations

import getpass
import json
import os
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import cast

from entrepot.adapters.backends.cluster.scheduler import (
    How,
    Look,
    Order,
    Stage,
    no_device,
    no_partition,
    no_program,
    too_large,
    unreachable,
)
from entrepot.adapters.backends.local.folder import JobFolder
from entrepot.adapters.backends.slurm import words
from entrepot.adapters.backends.slurm.request import devices, options, script
from entrepot.adapters.backends.slurm.settings import SlurmSettings
from entrepot.kernel.errors import EntrepotError, Fault
from entrepot.kernel.text import N_
from entrepot.services.backend_port import BackendInfo, RunSpec

LIST_S = 0.25
"""How long a list of jobs is believed: many runs are looked at with one question."""

TIMEOUT_S = 30

_UNFENCED = N_(
    "This Slurm does not keep jobs to their devices and memory (TaskPlugin without cgroup): "
    "a job can reach what belongs to others on its node."
)
_NETWORK = N_("Jobs on the nodes can reach whatever network the nodes reach.")

Job = dict[str, object]


class SlurmScheduler:
    """One partition of a Slurm.

    Args:
        settings: of the backend.
    """

    kind = "slurm"

    def __init__(self, settings: SlurmSettings) -> None:
        self._settings = settings
        self._jobs: dict[str, Job] = {}
        self._listed_at = 0.0

    def describe(self) -> BackendInfo:
        """Return whether the nodes fence jobs, and what of the settings the cluster lacks."""
        try:
            config, missing = self._run("scontrol", "show", "config"), self._missing()
        except Fault as error:
            return BackendInfo(self.kind, "unknown", (str(error),))
        plugin = next((line for line in config.splitlines() if line.startswith("TaskPlugin ")), "")
        fenced = "cgroup" in plugin
        warnings = (*missing, *(() if fenced else (_UNFENCED,)), _NETWORK)
        return BackendInfo(self.kind, "slurm+cgroup" if fenced else "slurm", warnings)

    def _missing(self) -> list[str]:
        wanted, partitions = self._settings.partition, self.partitions()
        if wanted not in partitions:
            return [str(no_partition(self.kind, wanted, partitions))]
        kinds = self.device_kinds()
        lacking = [one for one in self._settings.devices.values() if one not in kinds]
        return [str(no_device(self.kind, one, kinds)) for one in lacking]

    def check(self, spec: RunSpec) -> None:
        """Refuse kinds of device and shares that the settings do not know.

        Raises:
            Refused: as said.
        """
        devices(spec, self._settings)

    def submit(self, order: Order) -> str:
        """Queue a run and return its number.

        Raises:
            Refused: the partition or the kind of device is unknown, or no node is so large.
            Fault: Slurm does not answer.
        """
        text = script(order, self._settings)
        try:
            said = self._run("sbatch", *options(order, self._settings), text=text)
        except subprocess.CalledProcessError as error:
            if order.avoid and "node" in str(error.stderr).lower():
                return self.submit(replace(order, avoid=""))
            raise self._refusal(order.spec, str(error.stderr)) from None
        self._listed_at = 0.0
        return said.strip().partition(";")[0]

    def find(self, order: Order) -> str:
        """Return the number of a run that was queued before; empty if there is none."""
        self._list()
        found = [number for number, job in self._jobs.items() if job.get("name") == order.name]
        return max(found, key=int, default="")

    def look(self, ticket: str) -> Look:
        """Return where Slurm has a run.

        Raises:
            Refused: it waits for what never comes; it is taken out of the queue.
            Fault: Slurm does not answer.
        """
        if ticket not in self._jobs or time.monotonic() - self._listed_at > LIST_S:
            self._list()
        job = self._jobs.get(ticket)
        if job is None:
            path = self._settings.jobcomp
            found = words.look_of_completed(Path(path), ticket) if path else None
            return found or Look(Stage.GONE)
        look = words.look_of(job)
        if look.stage is Stage.QUEUED and look.why in words.NEVER:
            self.cancel(ticket)
            raise too_large(self.kind, look.why)
        if look.stage is Stage.QUEUED and look.why in words.HELD:
            self.cancel(ticket)
            return Look(Stage.ENDED, How.NOT_STARTED, why=look.why)
        return look

    def cancel(self, ticket: str) -> None:
        """End a run; nothing if it has ended."""
        try:
            self._run("scancel", "--quiet", ticket)
        except subprocess.CalledProcessError as error:
            if "nvalid job id" not in str(error.stderr):
                raise unreachable(self.kind, words.last_line(str(error.stderr))) from None
        self._listed_at = 0.0

    def stop(self, ticket: str) -> None:
        """Do nothing: the keeper sees in its seat that it shall end."""

    def pull(self, ticket: str, seat: JobFolder) -> None:
        """Do nothing: the nodes share the folder of the seats."""

    def forget(self, ticket: str) -> None:
        """Do nothing: Slurm forgets by itself."""

    def partitions(self) -> list[str]:
        """Return the partitions of the cluster."""
        return sorted(set(self._run("sinfo", "-h", "-o", "%R").split()))

    def device_kinds(self) -> list[str]:
        """Return the types of device that the partition has."""
        listed = self._run("sinfo", "-h", "-p", self._settings.partition, "-o", "%G")
        parts = [one.split(":") for line in listed.split() for one in line.split(",")]
        return sorted({part[1] for part in parts if part[0] == "gpu" and len(part) > 2})

    def _refusal(self, spec: RunSpec, said: str) -> EntrepotError:
        low, settings = said.lower(), self._settings
        if "partition" in low:
            return no_partition(self.kind, settings.partition, self.partitions())
        device = settings.devices.get(spec.device, "")
        kinds = self.device_kinds() if device else []
        if device and device not in kinds:
            return no_device(self.kind, device, kinds)
        return too_large(self.kind, words.last_line(said))

    def _list(self) -> None:
        listed = self._run("squeue", "--json", "-t", "all", f"--user={getpass.getuser()}")
        try:
            rows = cast("list[Job]", json.loads(listed)["jobs"])
        except (ValueError, KeyError, TypeError):
            raise unreachable(self.kind, "squeue --json printed no list of jobs") from None
        self._jobs = {str(row["job_id"]): row for row in rows}
        self._listed_at = time.monotonic()

    def _run(self, program: str, *arguments: str, text: str = "") -> str:
        """Run a program of Slurm and return what it prints.

        Raises:
            Fault: it is not installed, or no controller answers.
            CalledProcessError: what was asked for is refused.
        """
        # A controller that is away is asked for nine seconds by the others, and by this one not.
        if program not in ("scontrol", "sinfo"):
            said = self._call("scontrol", "ping").stdout
            if " UP" not in said:
                raise unreachable(self.kind, said.strip().splitlines()[0] if said else "no word")
        done = self._call(program, *arguments, text=text)
        may_refuse = program in ("sbatch", "scancel") and not words.is_silence(done.stderr)
        if done.returncode and not may_refuse:
            raise unreachable(self.kind, words.last_line(done.stderr))
        done.check_returncode()
        return done.stdout

    def _call(
        self, program: str, *arguments: str, text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        env = {key: value for key, value in os.environ.items() if not key.startswith("SBATCH_")}
        env |= {"LC_ALL": "C.UTF-8"}
        env |= {"SLURM_CONF": self._settings.conf} if self._settings.conf else {}
        try:
            return subprocess.run(
                [program, *arguments],
                input=text,
                env=env,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=TIMEOUT_S,
                cwd="/",
            )
        except FileNotFoundError:
            raise no_program(self.kind, program) from None
        except subprocess.TimeoutExpired:
            raise unreachable(self.kind, f"{program} took longer than {TIMEOUT_S} s") from None
