"""Jobs that are sent as text with their files: read, and kept by the digest of what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, cast

from entrepot.kernel.canonical import digest, sha256_hex
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.kernel.rulebook.table import Rulebook
    from entrepot.services.declaration import JobSpec
    from entrepot.services.facts_model import Facts

FOLDER = "uploads"


class Uploads:
    """The part of the port ``App`` that takes jobs which are sent."""

    home: Path

    if TYPE_CHECKING:

        @property
        def facts(self) -> Facts:
            """Shipped facts with the operator's overrides."""
            ...

        @property
        def rulebook(self) -> Rulebook:
            """Tables of the gate."""
            ...

    def read_sent_job(self, text: bytes, files: Mapping[str, bytes], owner: str) -> JobSpec:
        """Read a job, and keep its files where nobody can change them until it runs."""
        job = self._read(text)
        see_files(job.files, files)
        sums = {name: sha256_hex(data) for name, data in sorted(files.items())}
        folder = self.home / FOLDER / digest({"owner": owner, "files": sums})
        _keep(folder, {name: files[name] for name in job.files})
        return replace(job, base_dir=folder)

    def draft_job(self, text: bytes) -> JobSpec:
        """Read a job that is still being written; it brings no files, whatever it names."""
        return replace(self._read(text), files=())

    def plain_job(self, text: bytes) -> Mapping[str, object]:
        """Read the keys and values of a job file, whatever they mean."""
        from entrepot.adapters.imports.yaml_safe import load_yaml

        found: object = load_yaml(text, "job").value
        if isinstance(found, dict):
            return cast("dict[str, object]", found)
        raise Invalid(
            "job.plain",
            N_("The job file holds no mapping of keys to values."),
            hint=N_("Begin with the line  job: my-job"),
        )

    def _read(self, text: bytes) -> JobSpec:
        from entrepot.adapters.imports.job_file import read_job

        devices = self.facts.devices.values()
        words = {word for d in devices for word in (d.id, d.name, d.family)}
        return read_job(text, "job", None, words, self.rulebook.dictionary)


def see_files(named: tuple[str, ...], sent: Mapping[str, bytes]) -> None:
    """See that a job's files were sent, and nothing else.

    Raises:
        Invalid: one is missing or not named by the job, or one is the folder of another.
    """
    missing, more = sorted(set(named) - set(sent)), sorted(set(sent) - set(named))
    if missing or more:
        raise Invalid(
            "job.sent_files",
            N_("The files sent are not those that the job names."),
            hint=N_("Send each file of run.files under the same name, and no other."),
            fields={
                **dict.fromkeys(missing, "named by the job, but not sent"),
                **dict.fromkeys((name[:60] for name in more), "sent, but not named by the job"),
            },
        )
    for name in named:
        if any(str(parent) in sent for parent in PurePosixPath(name).parents):
            raise Invalid(
                "job.sent_folder",
                N_("{name} lies in a folder that has the name of another file."),
                hint=N_("Rename one of the two."),
                name=name,
            )


def _keep(folder: Path, files: Mapping[str, bytes]) -> None:
    from entrepot.adapters.system import write_whole

    for name, data in files.items():
        path = folder / name
        # Named by what it holds, so a file that is there is the same file.
        if not path.exists():
            write_whole(path, data, 0o400)
