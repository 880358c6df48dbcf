"""Worked cases of the rules: facts, a day, and the answer that the rules must give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from entrepot.domain.gate.decide import decide
from entrepot.domain.gate.model import GateDecision
from entrepot.domain.gate.read_case import read_case as read_gate_case
from entrepot.domain.outbound.model import TaxBook
from entrepot.domain.vouchers.case import Entitlement, Status
from entrepot.domain.vouchers.entitle import entitle
from entrepot.domain.vouchers.model import Programme
from entrepot.domain.vouchers.read_case import read_case as read_voucher_case
from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.rulebook.coverage import rows_reached, rows_wanted
from entrepot.kernel.rulebook.judge import TableVerdict
from entrepot.kernel.rulebook.table import Rulebook
from entrepot.services.voucher_sandbox import sandbox_case
from entrepot.services.worked_tax import plain_answer, tax_answer, tax_reached, tax_wanted

Plain = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """One worked case of a file.

    Attributes:
        name: name of the case.
        file: file it stands in.
        line: its line, counted from 1.
        body: the case as case files state it; one with ``programme`` is a voucher case, one
            with ``tax`` a scenario of tax.
        expect: key of the answer → what it must be; keys that are left out are not compared.
    """

    name: str
    file: str
    line: int
    body: Plain
    expect: Plain

    @property
    def is_voucher(self) -> bool:
        """Whether vouchers judge it, and not the gate."""
        return "programme" in self.body

    @property
    def is_tax(self) -> bool:
        """Whether the tax book judges it."""
        return "tax" in self.body

    @property
    def where(self) -> str:
        """``file:line``."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Law:
    """The rules that cases are judged by.

    Attributes:
        rulebook: the gate.
        programmes: the voucher programmes.
        proposed: programmes that are only proposed; a case of one assumes it, as a sandbox does.
        tax: the tax book; None = no case is of tax.
    """

    rulebook: Rulebook
    programmes: tuple[Programme, ...]
    proposed: tuple[Programme, ...] = ()
    tax: TaxBook | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One key of an answer that is not as the case expects."""

    key: str
    expected: object
    found: object


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a worked case.

    Attributes:
        case: the case.
        answer: the whole answer, plain values.
        differences: keys that differ; empty = the case holds.
        reached: rows, constraints, versions and rates that answered.
    """

    case: WorkedCase
    answer: Plain
    differences: tuple[Difference, ...]
    reached: frozenset[str]


def judge_worked(law: Law, case: WorkedCase) -> Judged:
    """Judge a worked case and compare the answer with what it expects."""
    try:
        answer, reached = answer_of(law, case)
    except EntrepotError as error:
        refusal = Difference("case", "an answer", error.render())
        return Judged(case, {}, (refusal,), frozenset())
    differences = tuple(
        Difference(key, wanted, answer.get(key))
        for key, wanted in case.expect.items()
        if answer.get(key) != wanted
    )
    return Judged(case, answer, differences, frozenset(reached))


def answer_of(law: Law, case: WorkedCase) -> tuple[Plain, tuple[str, ...]]:
    """Return the answer of the rules to a case, and what answered it.

    Raises:
        EntrepotError: the case cannot be judged.
    """
    if case.is_voucher:
        found = _entitled(law, case)
        return voucher_answer(found), tuple(_reached(found))
    if case.is_tax and law.tax is not None:
        answer = tax_answer(law.tax, law.rulebook.dictionary, case.body)
        return plain_answer(answer), tuple(tax_reached(law.tax, answer))
    stated = read_gate_case(case.body, date.max, case.name)
    decision = decide(law.rulebook, stated)
    verdicts = [subject.verdict for subject in decision.subjects]
    return gate_answer(decision), tuple(name for v in verdicts for name in rows_reached(v))


def _entitled(law: Law, case: WorkedCase) -> Entitlement:
    dictionary, named = law.rulebook.dictionary, case.body["programme"]
    for programme in law.proposed:
        if programme.id == named:
            given = sandbox_case(programme, case.body, None, date.max)
            assumed = replace(given, what_if=frozenset({programme.id}))
            return entitle([programme], dictionary, assumed)
    return entitle(law.programmes, dictionary, read_voucher_case(case.body))


def gate_answer(decision: GateDecision) -> Plain:
    """Return what a worked case of the gate may expect.

    ``answers`` says of each table that applies which row answers, what, and why; and what a
    row advises whose grade has no force, or would say once its facts are known.
    """
    return {
        "outcome": decision.outcome.value,
        "deciding": list(decision.deciding),
        "instruments": list(decision.instruments),
        "duties": list(decision.duties),
        "missing": list(decision.missing),
        "answers": {
            item.table: [item.key, item.outcome.value, item.reason.value, *_advice(item)]
            for subject in decision.subjects
            for item in subject.verdict.verdicts
        },
    }


def _advice(item: TableVerdict) -> tuple[str, ...]:
    return () if item.advice is None else (item.advice.value,)


def voucher_answer(found: Entitlement) -> Plain:
    """Return what a worked case of a voucher may expect.

    ``left_minor`` says of each bound what it left, in minor units.
    """
    plain = found.as_dict()
    keys = ("status", "amount_minor", "advice_minor", "bounds", "reasons", "missing", "flags")
    return {
        **{key: plain[key] for key in keys},
        "version": found.version.id if found.version else None,
        "rate_bp": found.rate_bp,
        "up_to": found.up_to,
        "left_minor": {
            str(line.params["key"]): line.params["left_minor"]
            for line in found.lines
            if line.step == "cap" and "left_minor" in line.params
        },
    }


def _reached(found: Entitlement) -> Iterator[str]:
    if found.version is None or found.status is Status.NEEDS_INFO:
        return
    yield found.version.id
    for line in found.lines:
        if line.step == "rate" and line.outcome == "holds":
            yield rate_name(found.version.id, cast("int", line.params["number"]))


def rate_name(version: str, number: int) -> str:
    """Return the name of a rate.

    >>> rate_name("hk.aiss@2024-10-07", 1)
    'hk.aiss@2024-10-07 rate 1'
    """
    return f"{version} rate {number}"


def wanted_of(law: Law) -> tuple[str, ...]:
    """Return everything that worked cases should reach, in the order of the files."""
    programmes = (*law.programmes, *law.proposed)
    tax = () if law.tax is None else tax_wanted(law.tax)
    return (*rows_wanted(law.rulebook), *_versions(programmes), *tax)


def _versions(programmes: Sequence[Programme]) -> Iterator[str]:
    for programme in programmes:
        for version in programme.versions:
            yield version.id
            for number in range(1, len(version.rates) + 1):
                yield rate_name(version.id, number)
