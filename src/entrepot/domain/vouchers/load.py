"""Text of a voucher file → programmes; whatever does not fit is refused with its line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations

from entrepot.domain.vouchers.load_version import read_version
from entrepot.domain.vouchers.model import Programme, Version
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import ASSETS
from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.kernel.rulebook.document import Document, parse_document
from entrepot.kernel.rulebook.fields import Fields
from entrepot.kernel.rulebook.grade import Grade
from entrepot.kernel.text import N_

SCHEMA = "entrepot.vouchers/1"

_FIXED = {
    "schema": SCHEMA,
    "rounding": "floor_minor_unit_per_application",
    "year": "calendar_asia_shanghai",
    "stacking_default": "none",
}
"""What this engine does; a file that wants anything else is refused, not misread."""


def load_programmes(text: str, file: str, dictionary: FactDictionary) -> tuple[Programme, ...]:
    """Read a voucher file.

    Args:
        text: text of the file (YAML).
        file: its name, for refusals.
        dictionary: declares the facts that conditions may name.

    Returns:
        The programmes in the order of the file; money in minor units.

    Raises:
        Invalid: an unknown key or fact, a value of the wrong form, a missing grade, source or
            date, a rate over 100 %, overlapping versions, one-sided stacking; with file,
            line and field.
    """
    return read_programmes(parse_document(text, file), dictionary)


def read_programmes(document: Document, dictionary: FactDictionary) -> tuple[Programme, ...]:
    """Read a voucher file that is parsed already; as :func:`load_programmes`."""
    box = Fields.of(document, (), document.data)
    box.only(*_FIXED, "retrieved", "force_grades", "programmes")
    for key, wanted in _FIXED.items():
        if box.text(key) != wanted:
            raise _refuse(
                box, key, N_("{file}, line {line}: {field} must be {wanted}."), wanted=wanted
            )
    box.day("retrieved")
    force = frozenset(box.as_word("force_grades", w, Grade) for w in box.words("force_grades"))
    boxes = list(box.parts("programmes"))
    programmes = tuple(_programme(item, force, dictionary) for item in boxes)
    _check_ids(programmes, boxes)
    _check_stacking(programmes, boxes)
    return programmes


def _programme(box: Fields, force: frozenset[Grade], dictionary: FactDictionary) -> Programme:
    box.only("id", "name", "place", "family", "currency", "stacks_with", "versions")
    code = box.text("currency")
    if code not in ASSETS:
        raise _refuse(box, "currency", N_("{file}, line {line}: {asset} is no asset."), asset=code)
    parts = list(box.parts("versions"))
    programme_id = box.text("id")
    versions = tuple(read_version(part, programme_id, ASSETS[code], dictionary) for part in parts)
    if not versions:
        raise _refuse(box, "versions", N_("{file}, line {line}: {field} holds no version."))
    _check_overlap(versions, parts)
    names = box.part("name")
    return Programme(
        id=programme_id,
        name={tag: names.only("en", "zh-Hant", "zh-Hans").text(tag) for tag in names.data},
        place=box.text_or_none("place"),
        family=box.text("family"),
        currency=code,
        stacks_with=frozenset(box.words("stacks_with")),
        force=force,
        versions=tuple(sorted(versions, key=lambda v: (v.validity.from_day, v.recorded_at))),
    )


def _check_overlap(versions: Sequence[Version], boxes: Sequence[Fields]) -> None:
    """Refuse two versions that hold on one day; a later record corrects an earlier one."""
    for (_, one), (box, other) in combinations(zip(boxes, versions, strict=True), 2):
        first, second = sorted((one.validity, other.validity), key=lambda v: v.from_day)
        apart = first.to_day is not None and first.to_day <= second.from_day
        if not apart and one.recorded_at == other.recorded_at:
            raise _refuse(
                box,
                "from",
                N_("{file}, line {line}: the version of {day} overlaps that of {other}."),
                N_("End the earlier version where the later one begins."),
                day=_day(other.validity.from_day),
                other=_day(one.validity.from_day),
            )


def _check_ids(programmes: Sequence[Programme], boxes: Sequence[Fields]) -> None:
    seen: set[str] = set()
    for programme, box in zip(programmes, boxes, strict=True):
        if programme.id in seen:
            raise _refuse(
                box, "id", N_("{file}, line {line}: {id} stands there twice."), id=programme.id
            )
        seen.add(programme.id)


def _check_stacking(programmes: Sequence[Programme], boxes: Sequence[Fields]) -> None:
    """Refuse stacking that only one of the two texts names, or that names nobody."""
    by_id = {programme.id: programme for programme in programmes}
    for programme, box in zip(programmes, boxes, strict=True):
        for name in sorted(programme.stacks_with):
            other = by_id.get(name)
            if other is None or programme.id not in other.stacks_with:
                raise _refuse(
                    box,
                    "stacks_with",
                    N_("{file}, line {line}: {other} does not name {id} in turn."),
                    N_("Name each programme in the other's stacks_with, or in neither."),
                    other=name,
                    id=programme.id,
                )


def _day(day: date) -> str:
    return day.isoformat()


def _refuse(box: Fields, key: str, message: str, hint: str = "", **params: object) -> Invalid:
    return box.refuse(key, "vouchers.file", message, hint or N_("Correct that line."), **params)
