"""Jobs that are sent as text with their files, in place of a file on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrepot.services.declaration import JobSpec


class SentJobs(Protocol):
    """Reader of such jobs."""

    def read_sent_job(self, text: bytes, files: Mapping[str, bytes], owner: str) -> JobSpec:
        """Read a job, and keep its files where nobody can change them until it runs.

        Args:
            text: the job file, YAML or JSON.
            files: relative name → content of each file that the job brings.
            owner: firm that sends it; two firms never share a file.

        Raises:
            Invalid: the job is not sound, or its files are not those that it names.
        """
        ...

    def draft_job(self, text: bytes) -> JobSpec:
        """Read a job that is still being written; it brings no files, whatever it names.

        Raises:
            Invalid: the job is not sound.
        """
        ...

    def plain_job(self, text: bytes) -> Mapping[str, object]:
        """Read the keys and values of a job file, whatever they mean.

        Raises:
            Invalid: the text is no YAML, or no mapping of keys to values.
        """
        ...
