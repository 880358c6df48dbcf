"""Reading the conditions of a programme, checked against the dictionary of facts."""

from __future__ import annotations

from typing import cast

from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import Asset
from entrepot.kernel.rulebook.condition import Condition, Op
from entrepot.kernel.rulebook.dictionary import ORDERED, SETS, FactDictionary, FactType, Kind
from entrepot.kernel.rulebook.fields import Fields
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_

SCOPE = "voucher"

_LISTS = frozenset({Op.IN, Op.NOT_IN})
_COMPARE = frozenset({Op.LT, Op.LE, Op.GT, Op.GE})
_OF_SETS = frozenset({Op.CONTAINS, Op.EXCLUDES})


def read_condition(box: Fields, asset: Asset, dictionary: FactDictionary) -> Condition:
    """Read ``{fact, op, value}``.

    Args:
        box: the mapping.
        asset: asset of the programme; money facts are compared in its minor units.
        dictionary: declares the facts.

    Raises:
        Invalid: an unknown fact, an operator that the fact does not know, or a value that it
            cannot have.
    """
    fact = _fact(box, "fact", box.text("fact"), dictionary)
    return _condition(box, "value", fact, box.word("op", Op), box.data.get("value"), asset)


def read_when(box: Fields, asset: Asset, dictionary: FactDictionary) -> tuple[Condition, ...]:
    """Read ``{fact: value}``: a value is equality, a list membership, ``{le: n}`` an operator.

    Raises:
        Invalid: as :func:`read_condition`.
    """
    found: list[Condition] = []
    for name, given in box.data.items():
        fact = _fact(box, name, name, dictionary)
        if type(given) is dict:
            part = box.part(name)
            if len(part.data) != 1:
                raise _refuse(box, name, N_("{file}, line {line}: {field} needs one operator."))
            word, value = next(iter(part.data.items()))
            found.append(_condition(box, name, fact, part.as_word(word, word, Op), value, asset))
        else:
            found.append(_condition(box, name, fact, _plain_op(given), given, asset))
    return tuple(found)


def _plain_op(given: object) -> Op:
    return Op.IN if isinstance(given, list) else Op.EQ


def _fact(box: Fields, key: str, name: str, dictionary: FactDictionary) -> FactType:
    fact = dictionary.facts.get(name)
    if fact is not None and SCOPE in fact.scopes:
        return fact
    near = did_you_mean(name, (f.name for f in dictionary.facts.values() if SCOPE in f.scopes))
    raise box.refuse(
        key,
        "vouchers.fact",
        N_("{file}, line {line}: {name} is no fact of a voucher case."),
        N_("Did you mean {near}?") if near else N_("Declare it in the dictionary of facts."),
        name=name,
        near=near or "",
    )


def _condition(
    box: Fields, key: str, fact: FactType, op: Op, given: object, asset: Asset
) -> Condition:
    fits = fact.kind in ORDERED if op in _COMPARE else (fact.kind in SETS) == (op in _OF_SETS)
    if not fits:
        raise _refuse(
            box,
            key,
            N_("{file}, line {line}: {op} does not apply to {fact}."),
            op=op.value,
            fact=fact.name,
        )
    if op not in _LISTS:
        return Condition(fact.name, op, _value(box, key, fact, given, asset))
    if not isinstance(given, list) or not given:
        raise _refuse(box, key, N_("{file}, line {line}: {field} should be a list of values."))
    values = [_value(box, key, fact, item, asset) for item in cast("list[object]", given)]
    return Condition(fact.name, op, frozenset(values))


def _value(box: Fields, key: str, fact: FactType, given: object, asset: Asset) -> object:
    if fact.kind in SETS:
        read = fact.read([given])
        value = given if read is not None else None
    elif fact.kind is Kind.MONEY and type(given) is int:
        value = fact.read(given * 10**asset.digits)
    else:
        value = fact.read(given)
    if value is None:
        raise _refuse(
            box,
            key,
            N_("{file}, line {line}: {fact} can never be {value}."),
            fact=fact.name,
            value=str(given)[:40],
        )
    return value


def _refuse(box: Fields, key: str, message: str, **params: object) -> Invalid:
    return box.refuse(key, "vouchers.file", message, N_("Correct that line."), **params)
