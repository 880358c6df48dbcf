"""A voucher case, the answer to it, and the lines that explain the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from entrepot.domain.vouchers.model import Version
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import MINOR_MAX, Amount, asset_of
from entrepot.kernel.text import N_

Translate = Callable[[str], str]


def _same(text: str) -> str:
    return text


def _check_minor(key: str, value: object) -> None:
    # bool is an int to Python; a float would pass a comparison unseen: both are refused.
    if value is None or (type(value) is int and 0 <= value <= MINOR_MAX):
        return
    raise Invalid(
        "vouchers.amount",
        N_("{key} is {value}, which is not an amount in minor units."),
        hint=N_("Give a whole number of minor units from 0 to {most}."),
        fields={key: "whole number of minor units"},
        key=key,
        value=str(value)[:40],
        most=MINOR_MAX,
    )


class Status(StrEnum):
    """What becomes of a case; only ``pays`` is money."""

    PAYS = "pays"
    REFUSED = "refused"
    NEEDS_INFO = "needs_info"
    NEEDS_REVIEW = "needs_review"


@dataclass(frozen=True, slots=True)
class OtherClaim:
    """Another voucher on the same invoice line.

    Attributes:
        programme: its programme.
        amount_minor: what it pays, minor units of the invoice; None = not known.
    """

    programme: str
    amount_minor: int | None = None

    def __post_init__(self) -> None:
        _check_minor("other_claims.amount_minor", self.amount_minor)


@dataclass(frozen=True, slots=True)
class CaseDates:
    """Days that a programme may go by; an absent one is taken to be the day of law.

    Attributes:
        contract: day of the contract.
        application: day of the application.
        invoice: day of the invoice.
    """

    contract: date | None = None
    application: date | None = None
    invoice: date | None = None


@dataclass(frozen=True, slots=True)
class ClaimsLedger:
    """What the firm's control group has already been granted under the programme.

    Attributes:
        lifetime_minor: since the programme began, minor units.
        in_force_minor: in projects still running, minor units.
    """

    lifetime_minor: int = 0
    in_force_minor: int = 0

    def __post_init__(self) -> None:
        _check_minor("ledger.lifetime_minor", self.lifetime_minor)
        _check_minor("ledger.in_force_minor", self.in_force_minor)


@dataclass(frozen=True, slots=True)
class EntitlementCase:
    """One application of one firm to one programme.

    Attributes:
        name: name of the case, given back in the answer.
        programme: id of the programme.
        as_of: day of the law.
        facts: facts of scope voucher, as given.
        amount_minor: base amount, minor units of ``currency``; None = not known.
        currency: asset of the invoice; None = not known.
        used_this_year_minor: granted to the control group this calendar year under the
            programme, minor units; None = not known.
        fund_left_minor: what is left of the fund; None = no record, the stated fund counts.
        ledger: what was granted before.
        other_claims: other vouchers on the same invoice line.
        dates: days that a programme may go by.
        known: only versions recorded by this day count; None = all.
        reviews_in_force: ids of version rows that a review record gives force.
        what_if: ids of proposed programmes that a sandbox assumes; no file can name them.

    Raises:
        Invalid: an amount is no integer, negative, or above 9·10¹⁵.
    """

    name: str
    programme: str
    as_of: date
    facts: Mapping[str, object]
    amount_minor: int | None
    currency: str | None
    used_this_year_minor: int | None = None
    fund_left_minor: int | None = None
    ledger: ClaimsLedger = ClaimsLedger()
    other_claims: tuple[OtherClaim, ...] = ()
    dates: CaseDates = CaseDates()
    known: date | None = None
    reviews_in_force: frozenset[str] = frozenset()
    what_if: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for key in ("amount_minor", "used_this_year_minor", "fund_left_minor"):
            _check_minor(key, getattr(self, key))

    @property
    def days(self) -> dict[str, date]:
        """Contract, application and invoice day by the word of the date rule."""
        return {
            "contract_date": self.dates.contract or self.as_of,
            "application_date": self.dates.application or self.as_of,
            "invoice_date": self.dates.invoice or self.as_of,
        }


def _word_of(key: str) -> str:
    return key.removesuffix("_minor").removesuffix("_bp")


def _written(key: str, value: object, currency: str) -> object:
    if not isinstance(value, int) or isinstance(value, bool):
        return ", ".join(map(str, value)) if isinstance(value, list) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if key.endswith("_minor") and currency:
        return str(Amount(value, asset_of(currency)))
    return f"{Decimal(value).scaleb(-2).normalize():f} %" if key.endswith("_bp") else value


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the explanation.

    Attributes:
        step: amount, version, family, stacking, window, currency, eligibility, rate, cap,
            fund, discretion, grade.
        outcome: ``holds``, ``fails``, ``missing``, ``review`` or ``bounds``.
        template: sentence with places for ``params``.
        params: what was compared, plain values. A name that ends in ``_minor`` is money and
            may stand in the sentence without that ending; so may one in ``_bp``, a share.
        currency: asset of the money.
        grade: grade of the field that decided; empty where no rule was read.
        sources: where the rule is written.
    """

    step: str
    outcome: str
    template: str
    params: Mapping[str, object] = field(default_factory=dict[str, object])
    grade: str = ""
    sources: tuple[str, ...] = ()
    currency: str = ""

    def render(self, translate: Translate = _same) -> str:
        """Return the sentence in the language of ``translate``.

        >>> Line("cap", "holds", "{left} at {rate}", {"left_minor": 100, "rate_bp": 2050},
        ...      currency="CNY").render()
        'CNY 1.00 at 20.5 %'
        """
        words = {_word_of(key): _written(key, v, self.currency) for key, v in self.params.items()}
        return translate(self.template).format(**words)

    def as_dict(self, translate: Translate = _same) -> dict[str, object]:
        """Return plain values for JSON."""
        return {
            "step": self.step,
            "outcome": self.outcome,
            "text": self.render(translate),
            "compared": dict(self.params),
            "grade": self.grade,
            "sources": list(self.sources),
        }


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The answer to a case.

    Attributes:
        name, programme, as_of: from the case.
        family, currency, stacks_with: from the programme.
        status: pays, refused, needs_info or needs_review.
        amount_minor: what is paid, minor units; 0 unless ``status`` is pays.
        advice_minor: what a review would confirm, minor units; 0 unless needs_review.
        bounds: stated bounds equal to the amount that lowered it.
        reasons: words of the rule that settled the status.
        not_stated: keys on which the text is silent (null in the file).
        missing: facts to ask for, sorted.
        flags: ``cap_may_be_lifted``, ``confirm_before_reservation``.
        version: the version applied; None = none.
        year: calendar year (Asia/Shanghai) whose caps the claim counts against.
        rate_bp: rate applied; None = none.
        up_to: whether the rate is a ceiling, so that screens say "up to".
        lines: explanation, step by step.
    """

    name: str
    programme: str
    as_of: date
    family: str
    currency: str
    stacks_with: frozenset[str]
    status: Status
    amount_minor: int = 0
    advice_minor: int = 0
    bounds: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    not_stated: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    version: Version | None = None
    year: int = 0
    rate_bp: int | None = None
    up_to: bool = True
    lines: tuple[Line, ...] = ()

    def as_dict(self, *, explain: bool = False, translate: Translate = _same) -> dict[str, object]:
        """Return plain values for JSON.

        Args:
            explain: add programme, version, rate, sources and the lines.
            translate: language of the lines.
        """
        answer: dict[str, object] = {
            "name": self.name,
            "status": self.status.value,
            "amount_minor": self.amount_minor,
            "advice_minor": self.advice_minor,
            "bounds": list(self.bounds),
            "reasons": list(self.reasons),
            "not_stated": list(self.not_stated),
            "missing": list(self.missing),
            "flags": list(self.flags),
        }
        return answer | self._explained(translate) if explain else answer

    def _explained(self, translate: Translate) -> dict[str, object]:
        version = self.version
        return {
            "programme": self.programme,
            "as_of": self.as_of.isoformat(),
            "currency": self.currency,
            "version": version.id if version else None,
            "row_hash": version.row_hash if version else None,
            "grade": version.grade.value if version else None,
            "recorded_at": version.recorded_at.isoformat() if version else None,
            "sources": list(version.sources) if version else [],
            "note": version.note if version else None,
            "conflict": version.conflict if version else None,
            "year": self.year,
            "rate_bp": self.rate_bp,
            "up_to": self.up_to,
            "lines": [line.as_dict(translate) for line in self.lines],
        }
