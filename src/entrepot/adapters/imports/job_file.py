"""Reading a job file: YAML of a stranger into a declared job, or all its problems at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from entrepot.adapters.imports.job_paths import check_file
from entrepot.adapters.imports.job_readers import READERS
from entrepot.adapters.imports.job_schema import FACT_SCOPES, KEYS, JobKey, job_schema
from entrepot.adapters.imports.job_values import facts, type_error
from entrepot.adapters.imports.problems import InvalidFile, Problem
from entrepot.adapters.imports.yaml_safe import Located, load_yaml
from entrepot.adapters.imports.yaml_safe import Path as YamlPath
from entrepot.domain.catalogue.grammar import parse_device
from entrepot.domain.catalogue.model import ANY, Demand, DeviceRequest, Mode
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.compute import MILLI, Isolation
from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.dictionary import FactDictionary, FactType, Kind
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services.declaration import Fact, JobSpec

__all__ = ["job_schema", "read_job"]

"""Scope of the fact dictionary → names of its facts."""

_BY_PATH: Mapping[str, JobKey] = {key.path: key for key in KEYS}


def read_job(
    data: bytes,
    name: str,
    base_dir: Path | None = None,
    known_devices: Collection[str] | None = None,
    dictionary: FactDictionary | None = None,
) -> JobSpec:
    r"""Read a job file.

    Args:
        data: bytes of the file.
        name: file name for messages.
        base_dir: folder of the file, where its files must lie; None = files are not looked at.
        known_devices: names of devices; None = any name is taken.
        dictionary: facts that the job may state, and their values; None = any are taken.

    Returns:
        The declared job.

    Raises:
        Invalid: not readable as YAML, or any problem; all of them stand in ``fields``.

    >>> text = b"job: hello\nrun: {command: [true]}\nresources: {device: CPU}\nduration: 1m\n"
    >>> read_job(text.replace(b"[true]", b"['true']"), "job.yaml").duration_s
    60
    """
    located = load_yaml(data, name)
    reading = _Reading(located, known_devices, dictionary)
    root: object = located.value
    if not isinstance(root, dict):
        reading.fault((), type_error(root, N_("a mapping of keys to values")))
        raise InvalidFile(reading.problems)
    reading.section("", cast(Mapping[str, object], root))
    requests, mode = reading.devices()
    demand = reading.demand(requests, mode) if requests else None
    reading.files(base_dir)
    if reading.problems or demand is None:
        raise InvalidFile(reading.in_order())
    return _spec(reading, demand, base_dir, sha256_hex(data))


def _spec(reading: _Reading, demand: Demand, base_dir: Path | None, digest: str) -> JobSpec:
    get = reading.get
    inbound = dict(reading.facts["data"])
    if "data.from" in reading.values:
        inbound = {"place_from": cast(str, get("data.from")), **inbound}
    return JobSpec(
        name=get("job"),
        description=get("description") or "",
        command=get("run.command"),
        files=get("run.files") or (),
        outputs=get("run.outputs") or (),
        env=get("run.env") or {},
        demand=demand,
        duration_s=get("duration"),
        egress_bytes=get("egress"),
        data=inbound,
        data_return=reading.facts["data.return"],
        placement=reading.facts["placement"],
        vouchers=reading.facts["vouchers"],
        manifest=get("data.manifest") or "",
        mix_checks=tuple(get("data.mix_checks") or ()),
        base_dir=base_dir or Path(),
        digest=digest,
    )


@dataclass(slots=True)
class _Reading:
    """A job file on its way: values read so far, and problems found so far."""

    located: Located
    known_devices: Collection[str] | None
    dictionary: FactDictionary | None
    problems: list[Problem] = field(default_factory=list[Problem])
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    facts: dict[str, dict[str, Fact]] = field(
        default_factory=lambda: {section: {} for section in FACT_SCOPES}
    )
    lines: list[int] = field(default_factory=list[int])

    def get(self, path: str) -> Any:
        """Return a value, or the default of the table; None when there is neither."""
        if path in self.values:
            return self.values[path]
        default = _BY_PATH[path].default
        return None if default is None else READERS[_BY_PATH[path].type](default)

    def fault(self, path: YamlPath, error: Invalid) -> None:
        """Note a problem at ``path``."""
        self.problems.append(Problem(self.located.where(*path), error))
        self.lines.append(self.located.line(*path))

    def in_order(self) -> list[Problem]:
        """Return the problems in the order of the file."""
        order = sorted(range(len(self.problems)), key=lambda n: self.lines[n])
        return [self.problems[n] for n in order]

    def section(self, prefix: str, entries: Mapping[str, object]) -> None:
        """Read the keys of one section and say which are unknown or missing."""
        known = {key.name: key for key in KEYS if key.parent == prefix}
        here = tuple(prefix.split(".")) if prefix else ()
        for name, value in entries.items():
            if name in known:
                self._key(known[name], value)
            elif prefix in FACT_SCOPES:
                self._fact(prefix, name, value)
            else:
                self.fault((*here, name), _unknown(name, known))
        for name, key in known.items():
            if key.required and name not in entries:
                self.fault(here, _missing(key))

    def _key(self, key: JobKey, value: object) -> None:
        path = tuple(key.path.split("."))
        if value is None:
            # A key without a value says nothing, so it counts as absent.
            if key.required:
                self.fault(path, _missing(key))
        elif key.type in ("section", "facts"):
            if isinstance(value, dict):
                self.section(key.path, cast(Mapping[str, object], value))
            else:
                self.fault(path, type_error(value, N_("a mapping of keys to values")))
        else:
            try:
                self.values[key.path] = READERS[key.type](value)
            except Invalid as error:
                self.fault(path, error)

    def _fact(self, section: str, name: str, value: object) -> None:
        path = (*section.split("."), name)
        declared = self._declared(FACT_SCOPES[section])
        if declared is not None and name not in declared:
            self.fault(path, _unknown_fact(name, declared))
        elif name == "place_from" and section == "data" and "data.from" in self.values:
            self.fault(path, _from_twice())
        elif value is not None:
            try:
                self.facts[section][name] = facts(value)
            except Invalid as error:
                self.fault(path, error)
                return
            if declared is not None and declared[name].read(value) is None:
                self.fault(path, _no_value(declared[name], value))

    def _declared(self, scope: str) -> dict[str, FactType] | None:
        if self.dictionary is None:
            return None
        return {n: fact for n, fact in self.dictionary.facts.items() if scope in fact.scopes}

    def devices(self) -> tuple[tuple[DeviceRequest, ...], Mode]:
        """Read the device requests; no request at all is a problem."""
        written = [n for n in ("device", "any_of", "ordered") if f"resources.{n}" in self.values]
        faulty = any(p.where.split(":")[-1].startswith("resources") for p in self.problems)
        if len(written) != 1:
            if not faulty or written:
                self.fault(("resources",), _one_device())
            return (), Mode.ANY_OF
        value = self.values[f"resources.{written[0]}"]
        mode, texts = value if written[0] == "device" else (written[0], value)
        found: list[DeviceRequest] = []
        for index, text in enumerate(texts):
            try:
                shared = self.values.get("resources.shared")
                found.append(parse_device(text, self.known_devices, shared))
            except Invalid as error:
                self.fault(self._device_path(written[0], mode, index), error)
        return tuple(found), Mode(mode)

    def _device_path(self, key: str, mode: str, index: int) -> YamlPath:
        for path in (("resources", key, mode, index), ("resources", key, index)):
            if path in self.located.lines:
                return path
        return ("resources", key)

    def demand(self, requests: tuple[DeviceRequest, ...], mode: Mode) -> Demand | None:
        """Put the demand together."""
        get = self.get
        isolation = self._isolation(requests)
        if "duration" not in self.values:
            return None
        rating = "min_rating.precision" in self.values and "min_rating.p" in self.values
        latency = "latency.max_ms" in self.values
        return Demand(
            alternatives=requests,
            mode=mode,
            duration_s=get("duration"),
            cpus=get("resources.cpus") or ANY,
            host_memory_mib=get("resources.memory") or ANY,
            disk_mib_min=get("resources.disk") or 0,
            isolation=isolation,
            lease_kind=get("lease"),
            regions=get("regions") or (),
            jurisdictions=get("jurisdictions") or (),
            latency_from=get("latency.from") if latency else None,
            latency_ms_max=get("latency.max_ms"),
            green_share_bp_min=get("green_share_min"),
            price_cap=get("price_cap"),
            rating_mflops_min=get("min_rating.p") if rating else 0,
            rating_precision=get("min_rating.precision") if rating else None,
            interruptible_ok=get("resources.interruptible"),
        )

    def _isolation(self, requests: tuple[DeviceRequest, ...]) -> Isolation:
        shares = any(request.milli_min < MILLI for request in requests)
        stated = self.values.get("resources.isolation")
        if shares and stated is Isolation.EXCLUSIVE:
            self.fault(("resources", "isolation"), _share_exclusive())
        return stated or (Isolation.MIG if shares else Isolation.EXCLUSIVE)

    def files(self, base_dir: Path | None) -> None:
        """See that the files of the job are there."""
        if base_dir is None:
            return
        for index, path in enumerate(self.values.get("run.files", ())):
            try:
                check_file(path, base_dir)
            except Invalid as error:
                self.fault(("run", "files", index), error)


def _unknown(name: str, known: Mapping[str, JobKey]) -> Invalid:
    guess = did_you_mean(name, known)
    return Invalid(
        "job.key",
        N_("{name} is not a key that belongs here."),
        hint=N_("Did you mean {guess}?") if guess else N_("Known here: {known}."),
        name=name[:60],
        guess=guess or "",
        known=", ".join(known),
    )


def _unknown_fact(name: str, known: Collection[str]) -> Invalid:
    guess = did_you_mean(name, known)
    return Invalid(
        "job.fact",
        N_("{name} is not a fact of the dictionary."),
        hint=N_("Did you mean {guess}?") if guess else N_("The reference of facts lists all."),
        name=name[:60],
        guess=guess or "",
    )


def _no_value(fact: FactType, value: object) -> Invalid:
    """Refuse a value that the dictionary does not know; the gate would only ask for it again."""
    allowed = ", ".join(fact.domain) if fact.domain else KIND_WORDS[fact.kind]
    return Invalid(
        "job.fact_value",
        N_("{value} is no value of {name}."),
        hint=N_("Write one of: {allowed}"),
        value=str(value)[:60],
        name=fact.name,
        allowed=allowed,
    )


KIND_WORDS: Mapping[Kind, str] = {
    Kind.BOOL: "true, false",
    Kind.INT: "0, 1, 2 …",
    Kind.MONEY: "0, 1, 2 …",
    Kind.PLACE: "HK, CN, SG …",
    Kind.PLACE_SET: "[HK], [HK, CN] …",
    Kind.DATE: "2026-11-21",
}
"""Examples of values by kind; a kind with words of its own lists those."""


def _missing(key: JobKey) -> Invalid:
    return Invalid(
        "job.missing",
        N_("{key} is missing."),
        hint=N_("Add it, such as {key}: {example}") if key.example else N_("Add it."),
        key=key.path,
        example=key.example,
    )


def _one_device() -> Invalid:
    return Invalid(
        "job.device",
        N_("One of device, any_of and ordered belongs here."),
        hint=N_("Write resources: {{device: CPU}}, or another device."),
    )


def _share_exclusive() -> Invalid:
    return Invalid(
        "job.share_exclusive",
        N_("A share of a device cannot be exclusive."),
        hint=N_("Take a whole device, or accept mig, vgpu, mps or timeslice."),
    )


def _from_twice() -> Invalid:
    return Invalid(
        "job.from_twice",
        N_("from and place_from say the same thing."),
        hint=N_("Keep one of the two."),
    )
