"""What origin manifests and mix checks say of a leg, as facts of the dictionary.

An origin manifest states where a data set was collected and of how many persons it is. A mix
check states whether a model or corpus that a centre adds holds mainland data; of several, one
that does is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast


@dataclass(frozen=True, slots=True)
class Origin:
    """Origin of a data set.

    Args:
        collected_in: ISO 3166-1 codes.
        persons: persons without the sensitive ones.
        sensitive: persons with sensitive data.
    """

    collected_in: tuple[str, ...]
    persons: int
    sensitive: int


@dataclass(frozen=True, slots=True)
class MixFound:
    """What one check found: mainland personal information, mainland important data."""

    personal: bool
    important: bool


def origin_of(origin: Origin) -> dict[str, object]:
    """Return the facts of a data leg that a manifest settles.

    >>> origin_of(Origin(("HK",), 12, 0))
    {'collected_in': ['HK'], 'leg_persons': 12, 'leg_sensitive': 0}
    """
    return {
        "collected_in": list(origin.collected_in),
        "leg_persons": origin.persons,
        "leg_sensitive": origin.sensitive,
    }


def mixed_facts(checks: Iterable[MixFound]) -> dict[str, object]:
    """Return the facts of the outputs that checks settle; none where nothing was checked.

    >>> mixed_facts([MixFound(False, False), MixFound(True, False)])
    {'mixes_cn_personal': True, 'mixes_cn_important': False}
    >>> mixed_facts([])
    {}
    """
    found = list(checks)
    if not found:
        return {}
    return {
        "mixes_cn_personal": any(one.personal for one in found),
        "mixes_cn_important": any(one.important for one in found),
    }


def stricter(stated: Mapping[str, object], recorded: Mapping[str, object]) -> dict[str, object]:
    """Put records beside what a job states; where both speak, the stricter counts.

    Of two counts that is the larger, of two truths the true one, of two lists of places both.
    A statement of another type is no statement.

    >>> stricter({"leg_persons": 9, "collected_in": ["CN"], "purpose": "rendering"},
    ...          {"leg_persons": 5, "collected_in": ["HK"]})
    {'leg_persons': 9, 'collected_in': ['CN', 'HK'], 'purpose': 'rendering'}
    """
    found = dict(stated)
    for name, value in recorded.items():
        found[name] = _stricter(stated.get(name), value)
    return found


def _stricter(stated: object, recorded: object) -> object:
    if isinstance(recorded, list) and isinstance(stated, list | tuple):
        return sorted({*cast("Iterable[str]", stated), *cast("Iterable[str]", recorded)})
    if isinstance(recorded, int) and isinstance(stated, int):
        return max(stated, recorded) if type(stated) is type(recorded) else recorded
    return cast("object", recorded)


def same_family(own_id: str, whole: str | None) -> str:
    """Return the family of a data set: that of the whole it is part of, else its own.

    >>> same_family("M-2", None), same_family("M-2", "M-1")
    ('M-2', 'M-1')
    """
    return whole or own_id
