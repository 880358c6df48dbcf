"""Checking the rule files by the loaders that the rooms use themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from entrepot.adapters.imports.facts_files import FILE_BYTES_MAX, FactFiles
from entrepot.adapters.imports.facts_row import Row, mapping_of
from entrepot.adapters.imports.yaml_safe import Located, load_yaml
from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.rulebook.grade import Grade
from entrepot.kernel.text import N_

Sink = Callable[[EntrepotError], None]
TAX = "rules/tax.yaml"
VOUCHERS, PROPOSED = "rules/vouchers.yaml", "rules/proposed.yaml"


def check_rules(files: FactFiles, sink: Sink) -> dict[str, int]:
    """Load every rule file as its room does, and count its rules.

    Args:
        files: bytes of all facts files.
        sink: takes every problem.

    Returns:
        ``rules/flow`` and the like → number of rules in the file.
    """
    read: dict[str, Located] = {}
    texts: dict[str, str] = {}
    for name, (label, data) in files.rules().items():
        try:
            read[name] = load_yaml(data, label, bytes_max=FILE_BYTES_MAX)
        except EntrepotError as problem:
            sink(problem)
            continue
        texts[name] = data.decode("utf-8-sig")
    labels = {name: located.name for name, located in read.items()}
    _guarded(lambda: _gate(texts, labels), sink)
    _guarded(lambda: _vouchers(texts, labels), sink)
    if TAX in read:
        _tax(read[TAX], sink)
    return {name.removesuffix(".yaml"): _count(item.value) for name, item in read.items()}


def _guarded(check: Callable[[], None], sink: Sink) -> None:
    try:
        check()
    except EntrepotError as problem:
        sink(problem)


def _gate(texts: dict[str, str], labels: dict[str, str]) -> None:
    from entrepot.kernel.rulebook.load import load_rulebook

    names = ("rules/dictionary.yaml", "rules/flow.yaml", "rules/placement.yaml")
    if all(name in texts for name in names):
        load_rulebook({labels[name]: texts[name] for name in names})


def _vouchers(texts: dict[str, str], labels: dict[str, str]) -> None:
    from entrepot.adapters.imports.rules import only_proposed
    from entrepot.domain.vouchers.load import load_programmes
    from entrepot.kernel.rulebook.load import load_dictionary

    words = "rules/dictionary.yaml"
    if words not in texts:
        return
    dictionary = load_dictionary(texts[words], labels[words])
    if VOUCHERS in texts:
        load_programmes(texts[VOUCHERS], labels[VOUCHERS], dictionary)
    if PROPOSED in texts:
        found = load_programmes(texts[PROPOSED], labels[PROPOSED], dictionary)
        only_proposed(found, labels[PROPOSED])


def _tax(located: Located, sink: Sink) -> None:
    """Hold every tax row to name, day, grade and sources; its room has no loader yet."""
    value = mapping_of(located.value)
    top = Row(value, (), lambda path: located.where(*path), {})
    known = value.get("sources")
    for name in mapping_of(known):
        _guarded(lambda name=name: _tax_source(top, name), sink)
    for key in ("parameters", "rules"):
        _guarded(lambda key=key: _tax_rows(top, key, known, sink), sink)


def _tax_source(top: Row, name: str) -> None:
    sources = top.child("sources")
    source = sources.child(name) if sources else None
    if source is None:
        top.refuse(
            "sources", N_("{where}: {field} is missing."), N_("State address and grade of each.")
        )
    source.choice("grade", tuple(Grade))


def _tax_rows(top: Row, key: str, known: object, sink: Sink) -> None:
    for row in top.children(key):
        _guarded(lambda row=row: _tax_row(row, known), sink)


def _tax_row(row: Row, known: object) -> None:
    row.id()
    row.day("recorded_at")
    row.choice("grade", tuple(Grade))
    cited = row.get("src")
    if not isinstance(cited, list) or not cited:
        row.refuse("src", N_("{where}: {field} is missing."), N_("Name at least one source."))
    for source in cast("list[object]", cited):
        if not isinstance(known, dict) or source not in known:
            row.refuse(
                "src",
                N_("{where}: no source is called {value}."),
                N_("Name a source that the file lists."),
                value=str(source)[:60],
            )


def _count(value: object) -> int:
    """Count the rules of a file: its facts, programmes, parameters and rules, or table rows."""
    top = mapping_of(value)
    tables = top.get("tables")
    if isinstance(tables, list):
        return sum(
            _size(cast("dict[str, object]", table).get("rows"))
            for table in cast("list[object]", tables)
            if isinstance(table, dict)
        )
    kinds = ("facts", "programmes", "parameters", "rules")
    return sum(_size(top.get(kind)) for kind in kinds)


def _size(value: object) -> int:
    return len(cast("list[object]", value)) if isinstance(value, (list, dict)) else 0
