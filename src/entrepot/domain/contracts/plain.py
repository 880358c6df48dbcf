"""Contracts as plain values and back, so that a stored quote re-prices to the same cent."""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction

from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import ASSETS, Asset
from entrepot.kernel.text import N_

T = typing.TypeVar("T")

LATER = {"later": True}
"""Metadata of a field with a default that older documents lack: left out while it has that default,
so that a document of before keeps its bytes and its digest."""


def to_plain(value: object) -> object:
    """Return ``value`` as dict, list, str, int, bool or None, ready for canonical JSON.

    A fraction becomes ``"numerator/denominator"``, an asset its code, a dataclass the
    mapping of its fields, a tuple a list.

    Args:
        value: a dataclass of this room or of the kernel, or a plain value.

    Raises:
        TypeError: a float or another type without an exact form.

    >>> to_plain((Fraction(1, 3), ASSETS["HKD"]))
    ['1/3', 'HKD']
    """
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Asset):
        return value.code
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (tuple, list)):
        items = typing.cast(tuple[object, ...], value)
        return [to_plain(item) for item in items]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        found = [(field, getattr(value, field.name)) for field in _fields(type(value))]
        return {f.name: to_plain(part) for f, part in found if not _is_unset(f, part)}
    raise TypeError(f"{type(value).__name__} has no plain form")


def from_plain(kind: type[T], data: object) -> T:
    """Rebuild a dataclass from what :func:`to_plain` wrote.

    Args:
        kind: dataclass to build.
        data: plain values.

    Raises:
        Invalid: a field is missing, unknown or of the wrong type.
    """
    return typing.cast(T, _revive(kind, data, kind.__name__))


def _revive(kind: object, data: object, path: str) -> object:
    if isinstance(kind, types.UnionType):
        return _revive_optional(kind, data, path)
    if typing.get_origin(kind) is tuple:
        return _revive_tuple(kind, data, path)
    if kind is Asset:
        return ASSETS[data] if isinstance(data, str) and data in ASSETS else _refuse(path)
    if kind is Fraction:
        return _revive_fraction(data, path)
    if kind is int or kind is str or kind is bool:
        # A bool is an int to Python; the exact type is asked.
        return data if type(data) is kind else _refuse(path)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(data) if isinstance(data, str) and data in list(kind) else _refuse(path)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _revive_dataclass(kind, data, path)
    raise TypeError(f"{kind} cannot be read back")


def _revive_optional(kind: types.UnionType, data: object, path: str) -> object:
    if data is None:
        return None
    inner = next(item for item in kind.__args__ if item is not type(None))
    return _revive(inner, data, path)


def _revive_tuple(kind: object, data: object, path: str) -> object:
    if not isinstance(data, list):
        return _refuse(path)
    values = typing.cast(list[object], data)
    args = typing.get_args(kind)
    if args[-1] is not Ellipsis:
        if len(args) != len(values):
            return _refuse(path)
        pairs = zip(args, values, strict=True)
        return tuple(_revive(a, v, f"{path}[{i}]") for i, (a, v) in enumerate(pairs))
    return tuple(_revive(args[0], item, f"{path}[{i}]") for i, item in enumerate(values))


def _revive_fraction(data: object, path: str) -> object:
    try:
        return Fraction(data) if isinstance(data, str) else _refuse(path)
    except (ValueError, ZeroDivisionError):
        return _refuse(path)


def _revive_dataclass(kind: type, data: object, path: str) -> object:
    if not isinstance(data, Mapping):
        return _refuse(path)
    given = typing.cast(Mapping[str, object], data)
    hints = _hints(kind)
    names = [f.name for f in _fields(kind)]
    later = {f.name for f in _fields(kind) if f.metadata.get("later")}
    wrong = sorted((set(given) ^ set(names)) - (later - set(given)))
    if wrong:
        return _refuse(f"{path}.{wrong[0]}")
    known = [name for name in names if name in given]
    parts = {name: _revive(hints[name], given[name], f"{path}.{name}") for name in known}
    try:
        return kind(**parts)
    except (ValueError, TypeError):
        return _refuse(path)


_PLAIN = frozenset({int, str, bool, type(None)})


@functools.cache
def _fields(kind: type) -> tuple[dataclasses.Field[typing.Any], ...]:
    """Return the fields of a dataclass."""
    return dataclasses.fields(kind)


@functools.cache
def _hints(kind: type) -> dict[str, object]:
    """Return the types of a dataclass's fields; looking them up takes longer than reading them."""
    return typing.get_type_hints(kind)


def _is_unset(field: dataclasses.Field[typing.Any], value: object) -> bool:
    return bool(field.metadata.get("later")) and value == field.default


def _refuse(path: str) -> object:
    raise Invalid(
        "contracts.stored",
        N_("A stored contract cannot be read at {path}."),
        hint=N_("Restore it from a backup, or ask for a new quote."),
        fields={path: "missing, unknown or of the wrong type"},
        path=path,
    )
