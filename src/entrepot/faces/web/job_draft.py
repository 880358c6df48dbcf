"""A job that is being written: a form and its job file, each made from the other.

The job file is what counts. A form that was filled in is laid over it, and keys that the form does
not know stay as they are; a file that was changed by hand fills the form.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import yaml

from entrepot.faces.web.visit import Visit
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import EntrepotError, Invalid
from entrepot.kernel.rulebook.dictionary import SETS, FactType, Kind
from entrepot.kernel.text import N_

Plain = Mapping[str, object]

TEXTS = {
    "job": ("job",),
    "description": ("description",),
    "device": ("resources", "device"),
    "shared": ("resources", "shared"),
    "memory": ("resources", "memory"),
    "isolation": ("resources", "isolation"),
    "duration": ("duration",),
    "price_cap": ("price_cap",),
    "egress": ("egress",),
    "from": ("data", "from"),
}
"""Field of the form → where its text stands in the job file."""

LISTS = {"outputs": ("run", "outputs")}
"""Fields that hold names, one beside the other."""

SECTIONS = {
    "data": ("data",),
    "return": ("data", "return"),
    "placement": ("placement",),
    "vouchers": ("vouchers",),
}
"""Section of facts → where it stands in the job file."""

SCOPES = {"leg": "data", "placement": "placement", "voucher": "vouchers"}
"""Scope of a fact → section in which a job states it."""

USUAL = (
    ("data", "purpose"),
    ("data", "collected_in"),
    ("data", "leg_persons"),
    ("data", "leg_sensitive"),
    ("data", "important_declared"),
    ("data", "state_secret_or_core"),
    ("data", "onward_outside_gba"),
    ("return", "mixes_cn_personal"),
    ("return", "mixes_cn_important"),
    ("placement", "end_use"),
    ("vouchers", "use"),
)
"""Facts that the form asks of every job; others join as the gate asks for them."""

START = """\
job: my-job
run:
  command: [python3, main.py]
  files: [main.py]
resources:
  device: CPU
  memory: 1GB
  isolation: exclusive
duration: 10m
egress: 1MB
data:
  from: HK
"""


@dataclass(frozen=True, slots=True)
class FactField:
    """A fact as the form asks for it; ``value`` is its text, empty while it is not stated."""

    section: str
    fact: FactType
    value: str

    @property
    def name(self) -> str:
        """Name of the field."""
        return f"fact.{self.section}.{self.fact.name}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A job on its way.

    Attributes:
        text: the job file; plain: what it holds, empty while it cannot be read.
        fields: texts of the form by name; facts: of the data and its use.
        script: text of the one file that was written here.
        by_form: whether the form was laid over the file, else the file filled the form.
        failed: why the file cannot be read as YAML.
    """

    text: str
    plain: Plain
    fields: Mapping[str, str]
    facts: tuple[FactField, ...]
    script: str = ""
    by_form: bool = False
    failed: EntrepotError | None = None

    @property
    def seen(self) -> str:
        """Mark of the file as shown; a file that comes back with another one was changed."""
        return mark_of(self.text)

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files that the job brings."""
        names = at(self.plain, ("run", "files"))
        return tuple(map(str, cast("list[object]", names))) if isinstance(names, list) else ()


def mark_of(text: str) -> str:
    """Return the mark of a job file; line ends and outer blanks do not count."""
    return sha256_hex(text.replace("\r\n", "\n").strip().encode())[:24]


def draft_of_text(visit: Visit, text: str, script: str = "") -> Draft:
    """Return the draft of a job file."""
    try:
        plain = visit.app.plain_job(text.encode())
    except EntrepotError as error:
        return Draft(text, {}, {}, _facts(visit, {}, ()), script, failed=error)
    return _draft(visit, text, plain, script, by_form=False)


def draft_sent(visit: Visit) -> Draft:
    """Return the draft that a form brought: its file if that was changed, else its fields."""
    text, script = _raw(visit, "yaml"), _raw(visit, "script")
    if mark_of(text) != visit.given("seen"):
        return draft_of_text(visit, text, script)
    try:
        plain = visit.app.plain_job(text.encode())
        merged = _merged(visit, plain)
    except EntrepotError as error:
        return Draft(text, {}, {}, _facts(visit, {}, ()), script, failed=error)
    if merged == plain:
        return _draft(visit, text, plain, script, by_form=True)
    return _draft(visit, written(merged), merged, script, by_form=True)


def _draft(visit: Visit, text: str, plain: Plain, script: str, *, by_form: bool) -> Draft:
    asked = _asked(visit)
    return Draft(text, plain, _fields(plain), _facts(visit, plain, asked), script, by_form)


def _raw(visit: Visit, name: str) -> str:
    return next(iter(visit.form.get(name, ())), "")


def at(plain: Plain, path: Sequence[str]) -> object:
    """Return what stands at a place of a job file; None if nothing does."""
    found: object = plain
    for part in path:
        found = mapping(found).get(part)
    return found


def mapping(value: object) -> Plain:
    """Return a value as keys and values; empty if it is none."""
    return cast("Plain", value) if isinstance(value, Mapping) else {}


def written(plain: Plain) -> str:
    """Return a job file of these keys and values.

    >>> written({"job": "a", "run": {"command": ["x"]}})
    'job: a\\nrun:\\n  command: [x]\\n'
    """

    class Dumper(yaml.SafeDumper):
        """Writes lists of words in one line, as people write a command."""

    def in_line(dumper: yaml.SafeDumper, items: list[object]) -> yaml.SequenceNode:
        return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)

    Dumper.add_representer(list, in_line)
    Dumper.add_representer(tuple, lambda dumper, items: in_line(dumper, list(items)))
    return yaml.dump(dict(plain), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=1000)


def _fields(plain: Plain) -> dict[str, str]:
    found = {name: _text(at(plain, path)) for name, path in TEXTS.items()}
    found |= {name: " ".join(_words(at(plain, path))) for name, path in LISTS.items()}
    found["command"] = shlex.join(_words(at(plain, ("run", "command"))))
    found["latency"] = _text(at(plain, ("latency", "max_ms")))
    return found


def _words(value: object) -> list[str]:
    return [_text(item) for item in cast("list[object]", value)] if isinstance(value, list) else []


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, list | dict) else str(value)


def _merged(visit: Visit, plain: Plain) -> dict[str, object]:
    merged = cast("dict[str, object]", _copy(plain))
    for name, path in TEXTS.items():
        _put(merged, path, visit.given(name) or None, name in visit.form)
    for name, path in LISTS.items():
        _put(merged, path, visit.given(name).replace(",", " ").split(), name in visit.form)
    _put(merged, ("run", "command"), _command(visit.given("command")), "command" in visit.form)
    latency = visit.given("latency")
    _put(merged, ("latency", "max_ms"), _whole(latency), "latency" in visit.form)
    if not latency and "latency" in visit.form:
        merged.pop("latency", None)
    for section, fact in _asked(visit):
        field = f"fact.{section}.{fact.name}"
        _put(merged, (*SECTIONS[section], fact.name), fact_value(fact, visit.given(field)), True)
    return merged


def _copy(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(k): _copy(v) for k, v in cast("Mapping[object, object]", value).items()}
    return list(cast("list[object]", value)) if isinstance(value, list | tuple) else value


def _put(plain: dict[str, object], path: Sequence[str], value: object, sent: bool) -> None:
    """Write a value at a place, or take it away where there is none."""
    before = at(plain, path)
    same = before == value or _text(before) == _text(value) != "" or not (before or value)
    if not sent or (same and not isinstance(value, bool)) or before is value:
        return
    inner = plain
    for part in path[:-1]:
        below = inner.get(part)
        if not isinstance(below, dict):
            if value is None:
                return
            below = inner[part] = dict[str, object]()
        inner = cast("dict[str, object]", below)
    if value is None:
        inner.pop(path[-1], None)
    else:
        inner[path[-1]] = value


def _command(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise Invalid(
            "job.command",
            N_("The command has a quotation mark without its pair."),
            fields={"command": text[:80]},
        ) from error


def _whole(text: str) -> object:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text or None


def fact_value(fact: FactType, text: str) -> object:
    """Return what a field says of a fact; None where nothing is stated."""
    if not text:
        return None
    if fact.kind is Kind.BOOL:
        return {"true": True, "false": False}.get(text)
    if fact.kind in (Kind.INT, Kind.MONEY):
        return _whole(text)
    return text.replace(",", " ").split() if fact.kind in SETS else text


def _asked(visit: Visit) -> list[tuple[str, FactType]]:
    """Return the facts whose fields a form brought, in their order."""
    known = visit.app.rulebook.dictionary.facts
    found: list[tuple[str, FactType]] = []
    for name in visit.form:
        head, _, rest = name.partition(".")
        section, _, fact = rest.partition(".")
        if head == "fact" and section in SECTIONS and fact in known:
            found.append((section, known[fact]))
    return found


def _facts(
    visit: Visit, plain: Plain, asked: Sequence[tuple[str, FactType]]
) -> tuple[FactField, ...]:
    known = visit.app.rulebook.dictionary.facts
    wanted = {(section, name): known[name] for section, name in USUAL if name in known}
    wanted |= {(section, fact.name): fact for section, fact in asked}
    for section, path in SECTIONS.items():
        names = mapping(at(plain, path))
        wanted |= {(section, name): known[name] for name in names if name in known}
    order = list(SECTIONS)
    rows = sorted(wanted.items(), key=lambda row: order.index(row[0][0]))
    return tuple(FactField(s, fact, _shown(at(plain, (*SECTIONS[s], n)))) for (s, n), fact in rows)


def _shown(value: object) -> str:
    return " ".join(_words(cast("object", value))) if isinstance(value, list) else _text(value)


def with_questions(visit: Visit, draft: Draft, facts: Sequence[str]) -> Draft:
    """Return the draft with a field for each fact that the gate waits for."""
    known = visit.app.rulebook.dictionary.facts
    there = {field.fact.name for field in draft.facts}
    more = [
        FactField(_section_of(known[name]), known[name], "")
        for name in facts
        if name in known and name not in there
    ]
    return Draft(
        draft.text,
        draft.plain,
        draft.fields,
        (*draft.facts, *more),
        draft.script,
        draft.by_form,
        draft.failed,
    )


def _section_of(fact: FactType) -> str:
    return next((section for scope, section in SCOPES.items() if scope in fact.scopes), "data")
