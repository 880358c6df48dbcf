"""What one step of the judgement found, and the case on the table while it is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from entrepot.domain.vouchers.case import EntitlementCase, Line, Status
from entrepot.domain.vouchers.model import Programme, Version
from entrepot.kernel.rulebook.grade import Grade


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of a step.

    Attributes:
        lines: explanation.
        settled: the status if the step ends the judgement; None = go on.
        reasons: words that go with ``settled``.
        missing: facts to ask for, with needs_info.
        review: reasons for which a human must confirm; the judgement goes on.
        flags: marks for the answer.
    """

    lines: tuple[Line, ...] = ()
    settled: Status | None = None
    reasons: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sitting:
    """A case with the version that applies to it.

    Attributes:
        case: the case.
        programme: its programme.
        version: the version of the day.
        values: facts after checking; a missing fact is absent.
    """

    case: EntitlementCase
    programme: Programme
    version: Version
    values: Mapping[str, object]

    def line(
        self, step: str, outcome: str, template: str, *graded_by: str, **params: object
    ) -> Line:
        """Write a line that rests on the version.

        Args:
            step: step of the judgement.
            outcome: holds, fails, missing, review or bounds.
            template: sentence marked by ``N_``.
            graded_by: fields whose own grade counts, first found; else the version's.
            params: what was compared.
        """
        grade = self.version.grade_of(*graded_by)
        return self.graded(step, outcome, template, grade, params)

    def graded(
        self, step: str, outcome: str, template: str, grade: Grade, params: Mapping[str, object]
    ) -> Line:
        """Write a line whose grade is known."""
        sources, currency = self.version.sources, self.programme.currency
        return Line(step, outcome, template, params, grade.value, sources, currency)

    def decides(self, grade: Grade) -> bool:
        """Say whether ``grade`` pays by itself here, or by a review of the row."""
        reviewed = self.version.id in self.case.reviews_in_force
        return reviewed or self.programme.decides(grade)


def refused(lines: tuple[Line, ...], *reasons: str) -> Finding:
    """Return a finding that ends in a refusal."""
    return Finding(lines, Status.REFUSED, reasons)


def asked(lines: tuple[Line, ...], *missing: str) -> Finding:
    """Return a finding that ends in questions."""
    return Finding(lines, Status.NEEDS_INFO, missing=tuple(sorted(set(missing))))
