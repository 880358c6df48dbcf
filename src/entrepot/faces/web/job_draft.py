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

from entrepot.faces.web.job_facts import (
    SECTIONS,
    FactField,
    Plain,
    asked_facts,
    at,
    fact_value,
    facts_in,
    section_of,
    text_in,
    whole_number,
    words_in,
)
from entrepot.faces.web.visit import Visit
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import EntrepotError, Invalid
from entrepot.kernel.text import N_

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
        return Draft(text, {}, {}, facts_in(visit, {}, ()), script, failed=error)
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
        return Draft(text, {}, {}, facts_in(visit, {}, ()), script, failed=error)
    if merged == plain:
        return _draft(visit, text, plain, script, by_form=True)
    return _draft(visit, written(merged), merged, script, by_form=True)


def _draft(visit: Visit, text: str, plain: Plain, script: str, *, by_form: bool) -> Draft:
    asked = asked_facts(visit)
    return Draft(text, plain, _fields(plain), facts_in(visit, plain, asked), script, by_form)


def _raw(visit: Visit, name: str) -> str:
    return next(iter(visit.form.get(name, ())), "")


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
    found = {name: text_in(at(plain, path)) for name, path in TEXTS.items()}
    found |= {name: " ".join(words_in(at(plain, path))) for name, path in LISTS.items()}
    found["command"] = shlex.join(words_in(at(plain, ("run", "command"))))
    found["latency"] = text_in(at(plain, ("latency", "max_ms")))
    return found


def _merged(visit: Visit, plain: Plain) -> dict[str, object]:
    merged = cast("dict[str, object]", _copy(plain))
    for name, path in TEXTS.items():
        _put(merged, path, visit.given(name) or None, name in visit.form)
    for name, path in LISTS.items():
        _put(merged, path, visit.given(name).replace(",", " ").split(), name in visit.form)
    _put(merged, ("run", "command"), _command(visit.given("command")), "command" in visit.form)
    latency = visit.given("latency")
    _put(merged, ("latency", "max_ms"), whole_number(latency), "latency" in visit.form)
    if not latency and "latency" in visit.form:
        merged.pop("latency", None)
    for section, fact in asked_facts(visit):
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
    same = before == value or text_in(before) == text_in(value) != "" or not (before or value)
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


def with_questions(visit: Visit, draft: Draft, facts: Sequence[str]) -> Draft:
    """Return the draft with a field for each fact that the gate waits for."""
    known = visit.app.rulebook.dictionary.facts
    there = {field.fact.name for field in draft.facts}
    more = [
        FactField(section_of(known[name]), known[name], "")
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
