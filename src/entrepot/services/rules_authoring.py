"""Checking the rule files, trying them on worked cases, and explaining one rule with its cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from entrepot.domain.outbound.load import load_tax
from entrepot.domain.vouchers.lint import lint_programmes
from entrepot.domain.vouchers.load import SCHEMA as VOUCHERS
from entrepot.domain.vouchers.load import read_programmes
from entrepot.domain.vouchers.model import Programme
from entrepot.kernel.errors import Invalid, NotFound
from entrepot.kernel.rulebook.coverage import Coverage
from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.kernel.rulebook.document import Document, parse_document
from entrepot.kernel.rulebook.lint import Finding, Weight, lint_founding, of_refusal
from entrepot.kernel.rulebook.lint_tables import lint_gate
from entrepot.kernel.rulebook.load import schema_of
from entrepot.kernel.rulebook.read_dictionary import SCHEMA as DICTIONARY
from entrepot.kernel.rulebook.read_dictionary import read_dictionary
from entrepot.kernel.rulebook.read_gate import SCHEMAS, read_gate
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services.app import App
from entrepot.services.explain_rule import TABLE, row_view, table_view
from entrepot.services.worked_case import Judged, Law, WorkedCase, judge_worked, wanted_of

TAX = "entrepot.tax/1"
KNOWN = (DICTIONARY, *SCHEMAS, VOUCHERS, TAX)


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of all worked cases.

    Attributes:
        judged: the cases with their answers, in the order of the files.
        coverage: which rows, constraints, versions and rates a case reached.
    """

    judged: tuple[Judged, ...]
    coverage: Coverage

    @property
    def failed(self) -> tuple[Judged, ...]:
        """The cases whose answer differs from what they expect."""
        return tuple(item for item in self.judged if item.differences)

    def counts(self) -> dict[str, int]:
        """Return how many cases reach each rule, in the order of the files."""
        tally = Counter(name for item in self.judged for name in item.reached)
        return {name: tally[name] for name in self.coverage.wanted}


Rule = dict[str, object] | Programme
"""A row or table as plain values, or a programme."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One rule and the worked cases that reach it.

    Attributes:
        kind: row, table or programme.
        rule: the rule.
        cases: the cases with their answers.
    """

    kind: str
    rule: Rule
    cases: tuple[Judged, ...]


def check_rules(app: App, given: Mapping[str, str] | None = None) -> list[Finding]:
    """Check rule files.

    Args:
        app: the exchange; its rules in effect are checked where no file is given.
        given: file name → text of files to check; conditions are read against the
            dictionary among them, else against that in effect.

    Returns:
        Findings by file and line; one of weight error means that the file is refused.
    """
    texts = dict(app.rule_texts() if given is None else given)
    found: list[Finding] = []
    documents = _parsed(texts, found)
    dictionary = _dictionary(app, documents, found)
    for name, document in documents.items():
        found += _check(document, texts[name], dictionary)
    return sorted(set_of(found), key=lambda item: (item.file, item.line, item.path))


def set_of(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings without those that say the same of one place."""
    seen: dict[tuple[str, str, str], Finding] = {}
    for item in findings:
        seen.setdefault((item.where, item.code, item.render()), item)
    return list(seen.values())


def _parsed(texts: Mapping[str, str], found: list[Finding]) -> dict[str, Document]:
    documents: dict[str, Document] = {}
    for name, text in texts.items():
        try:
            document = parse_document(text, name)
            schema_of(document)
        except Invalid as error:
            found.append(of_refusal(error, name))
        else:
            documents[name] = document
    return documents


def _dictionary(
    app: App, documents: Mapping[str, Document], found: list[Finding]
) -> FactDictionary:
    for name, document in documents.items():
        if schema_of(document) == DICTIONARY:
            try:
                return read_dictionary(document)[0]
            except Invalid as error:
                found.append(of_refusal(error, name))
    return app.rulebook.dictionary


def _check(document: Document, text: str, dictionary: FactDictionary) -> list[Finding]:
    schema = schema_of(document)
    found = [] if schema == DICTIONARY else lint_founding(document)
    try:
        return found + _load(document, text, schema, dictionary)
    except Invalid as error:
        refusal = of_refusal(error, document.file)
        named = {item.line for item in found}
        return found if refusal.line in named else [*found, refusal]


def _load(document: Document, text: str, schema: str, dictionary: FactDictionary) -> list[Finding]:
    if schema in SCHEMAS:
        return lint_gate(document, read_gate(document, dictionary))
    if schema == VOUCHERS:
        return lint_programmes(document, read_programmes(document, dictionary))
    if schema == TAX:
        load_tax(text, document.file, dictionary)
    elif schema != DICTIONARY:
        raise document.refusal(
            "rulefile.schema",
            ("schema",),
            N_("{file}, line {line}: unknown schema {schema}."),
            N_("Known schemas: {known}."),
            schema=schema,
            known=", ".join(KNOWN),
        )
    return []


def has_errors(findings: Sequence[Finding]) -> bool:
    """Say whether one of the findings stops a file."""
    return any(item.weight is Weight.ERROR for item in findings)


def try_rules(app: App) -> Trial:
    """Judge every worked case by the rules in effect.

    Raises:
        Invalid: a file of cases is refused, with file, line and field.
    """
    return try_cases(law_of(app), app.worked_cases())


def law_of(app: App) -> Law:
    """Return the rules in effect, proposals and the tax book among them."""
    return Law(app.rulebook, app.programmes, app.proposed, app.tax)


def try_cases(law: Law, cases: Sequence[WorkedCase]) -> Trial:
    """Judge worked cases by a law, and say what they reached."""
    judged = tuple(judge_worked(law, case) for case in cases)
    reached = frozenset(name for item in judged for name in item.reached)
    return Trial(judged, Coverage(wanted_of(law), reached))


def explain_with_cases(app: App, name: str, day: date) -> Explained:
    """Return one rule with everything it rests on, and the worked cases that reach it.

    Args:
        app: the exchange.
        name: a row, ``table:<id>``, a programme, or a version as ``<programme>@<first day>``.
        day: day for which parameters are shown.

    Raises:
        NotFound: there is no such rule; the hint names the nearest one.
    """
    kind, rule, names = _rule(app, name, day)
    cases = tuple(
        item
        for item in try_rules(app).judged
        if any(one.split(" ")[0] in names for one in item.reached)
    )
    return Explained(kind, rule, cases)


def _rule(app: App, name: str, day: date) -> tuple[str, Rule, frozenset[str]]:
    if name in app.rulebook.rows:
        return "row", row_view(app, name, day), frozenset({name})
    tables = {t.id: t for gate in app.rulebook.gates.values() for t in gate.tables}
    if name.startswith(TABLE) or name in tables:
        view = table_view(app, name)
        return "table", view, frozenset(r.id for r in tables[name.removeprefix(TABLE)].rows)
    for programme in app.programmes:
        names = frozenset(v.id for v in programme.versions if name in (programme.id, v.id))
        if names:
            return "programme", programme, names
    known = [*app.rulebook.rows, *tables, *(p.id for p in app.programmes)]
    near = did_you_mean(name, known)
    raise NotFound(
        "rule.unknown",
        N_("There is no rule {id}."),
        hint=N_("Did you mean {near}?") if near else N_("List them: entrepot facts show row"),
        id=name,
        near=near or "",
    )
