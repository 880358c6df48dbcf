"""Worked cases of the tax book: a scenario, and the tax that the rules must find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import cast

from entrepot.domain.outbound.model import TaxBook, TaxParameter, first_day
from entrepot.domain.outbound.scenario import Assessment, Scenario
from entrepot.domain.outbound.tax import assess
from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.kernel.text import N_

Plain = Mapping[str, object]
KEYS = ("name", "known", "tax")


def tax_answer(book: TaxBook, dictionary: FactDictionary, body: Plain) -> Assessment:
    """Return the answer to a worked case of tax.

    Args:
        book: the tax file.
        dictionary: declares the facts.
        body: ``name``, ``tax`` (facts of scope tax, money in minor units) and ``known``.

    Raises:
        Invalid: an unknown key or fact, or a day of the wrong form.
    """
    for key in body:
        if key not in KEYS:
            raise Invalid(
                "cases.tax_key",
                N_("A worked case of tax has no key {key}."),
                hint=N_("Known keys: {known}."),
                fields={key: "unknown key"},
                key=key,
                known=", ".join((*KEYS, "expect")),
            )
    facts = cast("Plain", body["tax"])
    return assess(book, dictionary, Scenario(str(body["name"]), facts, _known(body.get("known"))))


def _known(given: object) -> date | None:
    if given is None:
        return None
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        raise Invalid(
            "cases.tax_known",
            N_("{value} is no day."),
            hint=N_("Write known as YYYY-MM-DD."),
            fields={"known": "a date YYYY-MM-DD"},
            value=str(given)[:60],
        ) from None


def plain_answer(found: Assessment) -> Plain:
    """Return what a worked case of tax may expect.

    ``steps`` gives each figure in minor units, ``advice`` the tax that a rule without force
    would make, ``values`` each parameter that was read.
    """
    return {
        "status": found.status.value,
        "tax_minor": found.tax_minor,
        "reduction_minor": found.reduction_minor,
        "payable_minor": found.payable_minor,
        "reasons": list(found.reasons),
        "not_stated": list(found.not_stated),
        "missing": list(found.missing),
        "steps": {step.name: step.minor for step in found.steps},
        "advice": {advice.rule: advice.tax_minor for advice in found.advice},
        "values": {
            name.removeprefix("$"): cited.value
            for name, cited in found.cited.items()
            if name.startswith("$")
        },
    }


def tax_wanted(book: TaxBook) -> Iterator[str]:
    """Yield what worked cases should reach: each rule, and each value of each parameter."""
    yield from (rule.id for rule in book.rules)
    for parameter in book.parameters.values():
        for step in parameter.series.steps:
            yield step_name(parameter, step.from_day)


def tax_reached(book: TaxBook, found: Assessment) -> Iterator[str]:
    """Yield the rules that an answer rests on, and the values that it read."""
    for name in found.cited:
        if not name.startswith("$"):
            yield name
        elif found.year is not None:
            parameter = book.parameters[name.removeprefix("$")]
            days = [step.from_day for step in parameter.series.steps]
            begun = [day for day in days if day <= first_day(found.year)]
            if begun:
                yield step_name(parameter, max(begun))


def step_name(parameter: TaxParameter, from_day: date) -> str:
    """Return the name of one value of a parameter: its id and its first year of assessment."""
    return f"${parameter.id} from {from_day.year}/{(from_day.year + 1) % 100:02d}"
