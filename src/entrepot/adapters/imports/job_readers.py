"""How each type of value in a job file is read; one small function a type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import cast

from entrepot.adapters.imports.job_paths import check_path
from entrepot.adapters.imports.job_values import LIST_MAX, device, type_error, word, words
from entrepot.domain.catalogue.model import Range
from entrepot.domain.catalogue.units import (
    at_least,
    parse_bytes,
    parse_count,
    parse_duration,
    parse_mib,
    parse_percent_bp,
    parse_range,
)
from entrepot.domain.contracts.lease_kind import LeaseKind
from entrepot.kernel.compute import Isolation, Precision
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import HKD, Amount, parse_amount
from entrepot.kernel.rounding import ceil
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_, Phrase

LATENCY_MS_MAX = 60_000
P_MAX = 10**6

_NAME = re.compile(r"[a-z0-9-]{1,40}\Z")
_PLACE = re.compile(r"[A-Z]{2}\Z")
_REGION = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}\Z")
_ENV = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}\Z")


def _name(value: object) -> str:
    text = word(value)
    if not _NAME.match(text):
        raise Invalid(
            "job.name",
            N_("{text} is not a name of a job."),
            hint=N_("Write 1 to 40 small letters, digits and dashes, such as idphoto-2."),
            text=text[:60],
        )
    return text


def _command(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        raise Invalid(
            "job.command",
            N_("The command is one text; it must be a list."),
            hint=N_("Write [python3, job.py, --fast], each part on its own."),
        )
    return words(value)


def _paths(value: object) -> tuple[str, ...]:
    if value == []:
        return ()
    paths = tuple(check_path(text) for text in words(value))
    if len(set(paths)) != len(paths):
        raise Invalid(
            "job.path_twice",
            N_("The same path is listed twice."),
            hint=N_("Keep one of the two."),
        )
    return paths


def _env(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise type_error(value, N_("a mapping of names to values"))
    found: dict[str, str] = {}
    for name, item in cast(Mapping[str, object], value).items():
        if not _ENV.match(name) or len(found) >= LIST_MAX:
            raise Invalid(
                "job.env",
                N_("{name} cannot be an environment variable."),
                hint=N_("Use letters, digits and underscores, at most {most} names."),
                name=name[:60],
                most=LIST_MAX,
            )
        # An empty value and yes/no are usual in an environment, unlike elsewhere.
        found[name] = (
            str(item).lower() if isinstance(item, bool) else "" if item == "" else word(item)
        )
    return found


def _bool(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise type_error(value, N_("true or false"))


def _listed(value: object, pattern: re.Pattern[str], kind: str, example: str) -> tuple[str, ...]:
    found = words(value)
    for text in found:
        if not pattern.match(text):
            raise Invalid(
                "job.place",
                N_("{text} is not {kind}."),
                hint=N_("Write a code such as {example}."),
                text=text[:60],
                kind=Phrase(kind),
                example=example,
            )
    return found


def _places(value: object) -> tuple[str, ...]:
    return _listed(value, _PLACE, N_("a place of ISO 3166-1"), "HK")


def _place(value: object) -> str:
    return _places([value])[0]


def _regions(value: object) -> tuple[str, ...]:
    return _listed(value, _REGION, N_("a region"), "CN-GD")


def _one_of(value: object, known: Sequence[str]) -> str:
    text = word(value)
    if text.lower() not in known:
        guess = did_you_mean(text, known)
        raise Invalid(
            "job.choice",
            N_("{text} is not one of {known}."),
            hint=N_("Did you mean {guess}?") if guess else N_("Write one of {known}."),
            text=text[:60],
            known=", ".join(known),
            guess=guess or "",
        )
    return text.lower()


def _number(value: object, most: int, example: str) -> Fraction:
    text = word(value)
    number = Fraction(-1)
    if re.fullmatch(r"\d{1,12}(?:\.\d{1,12})?", text):
        number = Fraction(text)
    if not 0 < number <= most:
        raise Invalid(
            "job.number",
            N_("{text} is not a number above zero and up to {most}."),
            hint=N_("Write it in digits, such as {example}."),
            text=text[:60],
            most=f"{most:,}",
            example=example,
        )
    return number


def _price_cap(value: object) -> Amount:
    amount = parse_amount(word(value))
    if amount.asset != HKD or amount.minor <= 0:
        raise Invalid(
            "job.price_cap",
            N_("{text} cannot be a price cap."),
            hint=N_("Write an amount above zero in Hong Kong dollars, such as 5.00 HKD."),
            text=str(amount),
        )
    return amount


def _mib_range(value: object) -> Range:
    return at_least(parse_range(word(value), parse_mib))


def _egress(value: object) -> int:
    return 0 if value == 0 and not isinstance(value, bool) else parse_bytes(word(value))


def _disk(value: object) -> int:
    return parse_mib(word(value).removesuffix("+").removesuffix(".."))


READERS: Mapping[str, Callable[[object], object]] = {
    "name": _name,
    "text": word,
    "word": word,
    "command": _command,
    "paths": _paths,
    "env": _env,
    "device": device,
    "devices": words,
    "names": words,
    "cpus": lambda value: at_least(parse_range(word(value), parse_count)),
    "memory": _mib_range,
    "disk": _disk,
    "isolation": lambda value: Isolation(_one_of(value, [i.value for i in Isolation])),
    "lease_kind": lambda value: _one_of(value, list(LeaseKind)),
    "bool": _bool,
    "duration": lambda value: parse_duration(word(value)),
    "price_cap": _price_cap,
    "place": _place,
    "places": _places,
    "regions": _regions,
    "ms": lambda value: _number(value, LATENCY_MS_MAX, "60"),
    "percent": lambda value: parse_percent_bp(word(value)),
    "p": lambda value: ceil(_number(value, P_MAX, "0.001") * 10**9),
    "precision": lambda value: Precision(_one_of(value, [p.value for p in Precision])),
    "egress": _egress,
}
"""Type of a key → reader of its value; each raises Invalid with one sentence."""
