"""What a job file declares, as values: what runs, what it needs, and on whose data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from entrepot.domain.catalogue.model import Demand

Fact = str | int | bool | tuple[str, ...]
"""A declared fact: a word, a number, yes or no, or a list of words."""


@dataclass(frozen=True, slots=True)
class JobSpec:
    """A declared job.

    Attributes:
        name: short name, ``[a-z0-9-]{1,40}``.
        description: what it does, in words.
        command: program and its arguments.
        files: files that it brings, relative to ``base_dir``; they keep their names.
        outputs: files that it leaves, relative to its work folder.
        env: environment of the command.
        demand: what it asks of an offer.
        duration_s: longest run time = lease, seconds.
        egress_bytes: expected size of the outputs, bytes.
        data: facts of the leg to the centre; ``from`` of the file is ``place_from`` here.
        data_return: facts that differ for the outputs.
        placement: facts of the use that only the job knows.
        vouchers: facts of a voucher claim that only the job knows.
        manifest: origin manifest of the data, ``M-…``; empty = none is named.
        mix_checks: checks of the models and corpora that are added, ``MX-…``.
        base_dir: folder of the job file.
        digest: SHA-256 of the file's bytes.
    """

    name: str
    description: str
    command: tuple[str, ...]
    files: tuple[str, ...]
    outputs: tuple[str, ...]
    env: Mapping[str, str]
    demand: Demand
    duration_s: int
    egress_bytes: int = 0
    data: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    data_return: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    placement: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    vouchers: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    manifest: str = ""
    mix_checks: tuple[str, ...] = ()
    base_dir: Path = Path()
    digest: str = ""
