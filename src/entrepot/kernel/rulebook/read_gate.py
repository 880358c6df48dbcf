"""Reading of a gate file: sources, parameters, instruments, tables and their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from entrepot.kernel.rulebook.condition import Condition
from entrepot.kernel.rulebook.dictionary import FactDictionary, nearest
from entrepot.kernel.rulebook.document import Document
from entrepot.kernel.rulebook.fields import Fields
from entrepot.kernel.rulebook.grade import Grade
from entrepot.kernel.rulebook.read_condition import ConditionReader
from entrepot.kernel.rulebook.series import Series, Step
from entrepot.kernel.rulebook.table import (
    OWING,
    ROW_OUTCOMES,
    WHAT_IF,
    Gate,
    Instrument,
    Outcome,
    Parameter,
    Row,
    Source,
    Status,
    Table,
)
from entrepot.kernel.text import N_

SCHEMAS: Mapping[str, tuple[str, str]] = {
    "entrepot.flow/1": ("flow", "leg"),
    "entrepot.placement/1": ("placement", "placement"),
}
"""Schema of a file → gate and scope of its facts."""

_TOP = (
    *("schema", "retrieved", "force_grades", "not_researched", "sources", "parameters"),
    *("instruments", "tables"),
)
_ROW = (
    *("id", "from", "to", "recorded_at", "status", "assumed_from", "insert_after", "when"),
    *("outcome", "any_of", "all_of", "duties", "fills_counter", "basis", "grade"),
    *("field_grades", "src", "conflict", "note"),
)


def read_gate(document: Document, dictionary: FactDictionary) -> Gate:
    """Read the tables of one gate.

    Args:
        document: a file whose schema is one of :data:`SCHEMAS`.
        dictionary: the declared facts.

    Returns:
        The gate; every name in it is known, every parameter starts early enough.

    Raises:
        Invalid: something does not fit, with file, line and field.
    """
    top = Fields.of(document, (), document.data).only(*_TOP)
    gate, scope = SCHEMAS[top.text("schema")]
    retrieved = top.day("retrieved")
    sources = {name: _source(name, box) for name, box in top.named("sources")}
    parameters = {name: _parameter(name, box, sources) for name, box in top.named("parameters")}
    instruments = {name: _instrument(name, box) for name, box in top.named("instruments")}
    reader = _TableReader(
        ConditionReader(dictionary, scope, {n: p.series for n, p in parameters.items()}),
        parameters,
        frozenset(sources),
        frozenset(instruments),
    )
    tables = tuple(reader.table(box) for box in top.parts("tables"))
    _unique(top.parts("tables"), [table.id for table in tables])
    return Gate(
        name=gate,
        scope=scope,
        tables=tables,
        parameters=parameters,
        instruments=instruments,
        sources=sources,
        force=frozenset(top.as_word("force_grades", g, Grade) for g in top.words("force_grades")),
        not_researched=top.words("not_researched"),
        retrieved=retrieved,
    )


def _source(name: str, box: Fields) -> Source:
    box.only("url", "citation", "what", "grade", "retrieved")
    return Source(
        key=name,
        url=box.text_or_none("url"),
        citation=box.text_or_none("citation"),
        what=box.text("what"),
        grade=box.word("grade", Grade),
        retrieved=box.day("retrieved"),
    )


def _grades(box: Fields) -> dict[str, Grade]:
    inside = box.part("field_grades")
    return {name: inside.word(name, Grade) for name in inside.data}


def _parameter(name: str, box: Fields, sources: Iterable[str]) -> Parameter:
    box.only("unit", "grade", "field_grades", "src", "note", "series")
    steps = tuple(_step(part) for part in box.parts("series"))
    if not steps:
        raise box.expected("series", N_("a dated value"))
    _known(box, "src", box.words("src"), sources)
    return Parameter(
        series=Series(name, steps),
        unit=box.text("unit"),
        grade=box.word("grade", Grade),
        field_grades=_grades(box),
        src=box.words("src"),
        note=box.text_or_none("note"),
    )


def _step(box: Fields) -> Step:
    box.only("from", "value", "recorded_at")
    value = box.data.get("value")
    found = frozenset(box.words("value")) if isinstance(value, list) else box.whole("value")
    return Step(box.day("from"), found, box.day("recorded_at"))


def _instrument(name: str, box: Fields) -> Instrument:
    box.only("authority", "filing_working_days", "valid_years", "in_force", "field_grades")
    return Instrument(
        name=name,
        authority=box.text_or_none("authority"),
        filing_working_days=box.whole_or_none("filing_working_days"),
        valid_years=box.whole_or_none("valid_years"),
        in_force=box.text("in_force"),
        field_grades=_grades(box),
    )


class _TableReader:
    def __init__(
        self,
        conditions: ConditionReader,
        parameters: Mapping[str, Parameter],
        sources: frozenset[str],
        instruments: frozenset[str],
    ) -> None:
        self.conditions = conditions
        self.parameters = parameters
        self.sources = sources
        self.instruments = instruments

    def table(self, box: Fields) -> Table:
        box.only("id", "applies", "covered_from", "rows")
        table = Table(
            id=box.text("id"),
            applies=self.conditions.read_all(box, "applies"),
            covered_from=box.day("covered_from"),
            rows=tuple(self._row(part) for part in box.parts("rows")),
        )
        if not table.applies:
            raise box.expected("applies", N_("at least one condition"))
        self._starts(box, "covered_from", table.applies, table.covered_from)
        _unique(box.parts("rows"), [f"{row.id} of {row.recorded_at}" for row in table.rows])
        anchors = {row.id for row in table.rows if row.status not in WHAT_IF}
        for part, row in zip(box.parts("rows"), table.rows, strict=True):
            if row.insert_after is not None:
                _known(part, "insert_after", (row.insert_after,), anchors)
        return table

    def _row(self, box: Fields) -> Row:
        box.only(*_ROW)
        row = Row(
            id=box.text("id"),
            from_day=box.day("from"),
            to_day=box.day_or_none("to"),
            recorded_at=box.day("recorded_at"),
            status=box.word("status", Status, Status.IN_FORCE),
            assumed_from=box.day_or_none("assumed_from"),
            insert_after=box.text_or_none("insert_after"),
            when=self.conditions.read_all(box, "when"),
            outcome=box.word("outcome", Outcome),
            any_of=box.words("any_of"),
            all_of=box.words("all_of"),
            duties=box.words("duties"),
            fills_counter=box.flag("fills_counter", True),
            basis=box.text("basis"),
            grade=box.word("grade", Grade),
            field_grades=_grades(box),
            src=box.words("src"),
            conflict=box.text_or_none("conflict"),
            note=box.text_or_none("note"),
        )
        self._check(box, row)
        return row

    def _check(self, box: Fields, row: Row) -> None:
        if "when" not in box.data:
            raise box.expected("when", N_("a list, empty for always"))
        if row.outcome not in ROW_OUTCOMES:
            raise box.expected("outcome", N_("an outcome that a row may say"))
        if (row.outcome in OWING) != bool(row.any_of or row.all_of):
            raise box.refuse(
                "outcome",
                "rulefile.instruments",
                N_("{file}, line {line}: instruments go with instrument and approval only."),
                N_("Name any_of or all_of for those outcomes, and for no other."),
            )
        if row.to_day is not None and row.to_day <= row.from_day:
            raise box.refuse(
                "to",
                "rulefile.dates",
                N_("{file}, line {line}: row {row} ends before it begins."),
                N_("to is the first day without the row, so later than from."),
                row=row.id,
            )
        proposed = row.status in WHAT_IF
        if proposed != (row.assumed_from is not None and row.insert_after is not None):
            raise box.refuse(
                "status",
                "rulefile.what_if",
                N_("{file}, line {line}: a what-if row says assumed_from and insert_after."),
                N_("Give both to rows proposed or not in operation, and to no other."),
            )
        _known(box, "src", row.src, self.sources)
        if not row.src:
            raise box.expected("src", N_("at least one source"))
        for key, names in (("any_of", row.any_of), ("all_of", row.all_of)):
            _known(box, key, names, self.instruments)
        start = row.assumed_from or row.from_day
        self._starts(box, "from", row.when, start, row.recorded_at)

    def _starts(
        self,
        box: Fields,
        key: str,
        when: Iterable[Condition],
        day: date,
        known: date | None = None,
    ) -> None:
        for name in (name for condition in when for name in condition.parameters):
            if self.parameters[name].series.at(day, known) is None:
                raise box.refuse(
                    key,
                    "rulefile.parameter_start",
                    N_("{file}, line {line}: begins before its parameter {name} has a value."),
                    N_("A row starts no earlier than its parameters."),
                    name=name,
                )


def _known(box: Fields, key: str, names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in set(known):
            near = nearest(name, known)
            raise box.refuse(
                key,
                "rulefile.unknown_name",
                N_("{file}, line {line}: {field} names {name}, which is not declared."),
                N_("Did you mean {near}?") if near else N_("Declare it in the same file."),
                name=name,
                near=near,
            )


def _unique(boxes: Iterable[Fields], names: list[str]) -> None:
    seen: set[str] = set()
    for box, name in zip(boxes, names, strict=True):
        if name in seen:
            raise box.refuse(
                "id",
                "rulefile.twice",
                N_("{file}, line {line}: {name} stands there twice."),
                N_("Give each its own id; a correction carries a later recorded_at."),
                name=name,
            )
        seen.add(name)
