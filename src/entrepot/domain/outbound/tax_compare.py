"""Scenarios side by side: which figures differ, and which rules stand behind each difference."""

from __future__ import annotations

from collections.abc import Sequence

from entrepot.domain.outbound.scenario import Assessment, Comparison, Difference, Step
from entrepot.kernel.rulebook.plain import plain_value


def compare(answers: Sequence[Assessment]) -> tuple[Comparison, ...]:
    """Compare every scenario after the first with the first.

    Args:
        answers: at least one.

    Returns:
        One comparison a further scenario.
    """
    first = answers[0]
    return tuple(_pair(first, other) for other in answers[1:])


def _pair(first: Assessment, second: Assessment) -> Comparison:
    known = first.payable_minor is not None and second.payable_minor is not None
    return Comparison(
        first=first.name,
        second=second.name,
        payable_minor=(second.payable_minor or 0) - (first.payable_minor or 0) if known else None,
        facts=_facts(first, second),
        differences=tuple(_differences(first, second)),
    )


def _facts(first: Assessment, second: Assessment) -> dict[str, tuple[object, object]]:
    names = dict.fromkeys([*first.facts, *second.facts])
    pairs = {n: (plain_value(first.facts.get(n)), plain_value(second.facts.get(n))) for n in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _differences(first: Assessment, second: Assessment) -> list[Difference]:
    one, other = _by_name(first), _by_name(second)
    order = [*(s.name for s in first.steps), *(s.name for s in second.steps)]
    found: list[Difference] = []
    for name in sorted(dict.fromkeys(order), key=ORDER.index):
        left, right = one.get(name), other.get(name)
        if left == right:
            continue
        found.append(
            Difference(
                step=name,
                first_minor=left.minor if left else None,
                second_minor=right.minor if right else None,
                first_cites=left.cites if left else (),
                second_cites=right.cites if right else (),
            )
        )
    return found


def _by_name(answer: Assessment) -> dict[str, Step]:
    return {step.name: step for step in answer.steps}


ORDER = (
    *("profits", "deduction_b", "deduction_a", "taxable"),
    *("band_1", "band_2", "tax", "reduction", "payable"),
)
"""Figures in the order of the computation."""
