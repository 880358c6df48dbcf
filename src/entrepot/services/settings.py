"""Settings of a home: every one has a default, an environment name and a meaning.

The table :data:`SETTINGS` drives reading, checking and the reference page alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from entrepot.kernel.errors import Invalid
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_

DIGITS_MAX = 12
"""Longest number of a setting; Python reads no number of thousands of digits."""

_BRANCH = re.compile(r"[A-Z]{2,4}\Z")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Attributes:
        name: field of :class:`Settings`; env: environment variable.
        default: value as text; unit: of the value, empty for words.
        least, most: range of a number; None for words.
        meaning: one sentence, translatable.
    """

    name: str
    env: str
    default: str
    unit: str
    least: int | None
    most: int | None
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "home",
        "ENTREPOT_HOME",
        "~/.entrepot",
        "",
        None,
        None,
        N_("Folder of the state: database, keys, jobs, documents."),
    ),
    Setting(
        "db",
        "ENTREPOT_DB",
        "",
        "",
        None,
        None,
        N_("Address of the database; empty means SQLite in the home folder."),
    ),
    Setting(
        "facts",
        "ENTREPOT_FACTS",
        "",
        "",
        None,
        None,
        N_("Folder of the operator's own facts, which override the shipped rows."),
    ),
    Setting(
        "lang",
        "ENTREPOT_LANG",
        "",
        "",
        None,
        None,
        N_("Language: en, zh-Hant or zh-Hans; empty means by the locale."),
    ),
    Setting(
        "actor",
        "ENTREPOT_ACTOR",
        "desk",
        "",
        None,
        None,
        N_("Name under which commands are journalled."),
    ),
    Setting(
        "branch",
        "ENTREPOT_BRANCH",
        "HK",
        "",
        None,
        None,
        N_("Branch that contracts and numbers invoices."),
    ),
    Setting(
        "branch_name",
        "ENTREPOT_BRANCH_NAME",
        "entrepôt, Hong Kong branch",
        "",
        None,
        None,
        N_("Name of the branch on invoices and payments."),
    ),
    Setting(
        "quote_valid_s",
        "ENTREPOT_QUOTE_VALID_S",
        "900",
        "s",
        1,
        86_400,
        N_("How long a quote holds."),
    ),
    Setting(
        "start_grace_s",
        "ENTREPOT_START_GRACE_S",
        "900",
        "s",
        1,
        86_400,
        N_("How long a lease waits for its job before it is released."),
    ),
    Setting(
        "fx_spread_bp",
        "ENTREPOT_FX_SPREAD_BP",
        "50",
        "bp",
        0,
        1_000,
        N_("Spread over the mid rate that the user pays, a line of its own."),
    ),
    Setting(
        "bank_spread_bp",
        "ENTREPOT_BANK_SPREAD_BP",
        "20",
        "bp",
        0,
        1_000,
        N_("Spread that the bank takes when HKD is sold for RMB."),
    ),
    Setting(
        "discount_bp",
        "ENTREPOT_DISCOUNT_BP",
        "0",
        "bp",
        0,
        10_000,
        N_("Discount on the list price."),
    ),
    Setting(
        "egress_cents_per_gb",
        "ENTREPOT_EGRESS_CENTS_PER_GB",
        "50",
        "HKD cents/GB",
        0,
        100_000,
        N_("Price of one gigabyte of output carried back."),
    ),
    Setting(
        "fx_stale_days",
        "ENTREPOT_FX_STALE_DAYS",
        "7",
        "days",
        1,
        3_650,
        N_("Age in days from which a rate of exchange is shown as stale."),
    ),
    Setting(
        "fx_refuse_days",
        "ENTREPOT_FX_REFUSE_DAYS",
        "60",
        "days",
        1,
        3_650,
        N_("Age in days above which a rate of exchange pays no centre."),
    ),
    Setting(
        "cut_off",
        "ENTREPOT_CUT_OFF",
        "16:00",
        "",
        None,
        None,
        N_("Time of day in Hong Kong from which a batch has the next business day as value date."),
    ),
    Setting(
        "settle_days",
        "ENTREPOT_SETTLE_DAYS",
        "0",
        "days",
        0,
        10,
        N_("Business days from freezing a batch to its value date."),
    ),
    Setting(
        "settle_mode",
        "ENTREPOT_SETTLE_MODE",
        "pay-as-paid",
        "",
        None,
        None,
        N_("How centres are paid: pay-as-paid, pvp or prefunded."),
    ),
    Setting(
        "release_alone_cents",
        "ENTREPOT_RELEASE_ALONE_CENTS",
        "1000000",
        "HKD cents",
        0,
        100_000_000_000,
        N_("Largest batch that one person may release to the bank; 0 means two persons, always."),
    ),
    Setting(
        "trusted_proxies",
        "ENTREPOT_TRUSTED_PROXIES",
        "",
        "",
        None,
        None,
        N_("Addresses of the proxies whose word on who asks is believed, with commas."),
    ),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings as read; see :data:`SETTINGS`."""

    home: str
    db: str
    facts: str
    lang: str
    actor: str
    branch: str
    branch_name: str
    quote_valid_s: int
    start_grace_s: int
    fx_spread_bp: int
    bank_spread_bp: int
    discount_bp: int
    egress_cents_per_gb: int
    fx_stale_days: int
    fx_refuse_days: int
    cut_off: str
    settle_days: int
    settle_mode: str
    release_alone_cents: int
    trusted_proxies: str


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables.

    Args:
        environment: names and values.

    Returns:
        Settings, with defaults for what is not set.

    Raises:
        Invalid: an unknown ``ENTREPOT_…`` name, or a number out of range.

    >>> read_settings({"ENTREPOT_FX_SPREAD_BP": "30"}).fx_spread_bp
    30
    """
    known = [setting.env for setting in SETTINGS] + sorted(OTHER_NAMES)
    for name in environment:
        if name.startswith("ENTREPOT_") and name not in known:
            guess = did_you_mean(name, known)
            raise Invalid(
                "settings.unknown",
                N_("{name} is no setting of entrepôt."),
                hint=N_("Did you mean {guess}? Unset it otherwise."),
                name=name,
                guess=guess or "ENTREPOT_HOME",
            )
    return Settings(**{s.name: _value(s, environment) for s in SETTINGS})  # type: ignore[arg-type]


OTHER_MEANINGS: Mapping[str, str] = {
    "ENTREPOT_SERVER": "address of a server that the commands ask instead of the home",
    "ENTREPOT_TOKEN": "token for that server; keep it out of scripts that others read",
    "ENTREPOT_DEBUG": "`1` shows the traceback of an internal fault, for developers",
    "ENTREPOT_DATA": "folder of the data that benchmarks replay",
    "ENTREPOT_TEST_PG": "address of a PostgreSQL database for the contract tests, which empty it",
}
"""Names that are read elsewhere, and their meanings on the reference page."""

OTHER_NAMES = frozenset(OTHER_MEANINGS)
"""Names that are read elsewhere."""


def _value(setting: Setting, environment: Mapping[str, str]) -> str | int:
    text = environment.get(setting.env, "") or setting.default
    if setting.least is None or setting.most is None:
        return _branch(setting, text) if setting.name == "branch" else text
    whole = text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX
    if not whole or not setting.least <= int(text) <= setting.most:
        raise Invalid(
            "settings.range",
            N_("{name} is {value}, but takes a whole number from {least} to {most} ({unit})."),
            hint=N_("Set it inside the range, or unset it for {default}."),
            name=setting.env,
            value=text[:60],
            least=setting.least,
            most=setting.most,
            unit=setting.unit,
            default=setting.default,
        )
    return int(text)


def _branch(setting: Setting, text: str) -> str:
    """Return a branch that an invoice number can carry; found out at the bill, it were too late."""
    if not _BRANCH.match(text):
        raise Invalid(
            "settings.branch",
            N_("{name} is {value}, but takes two to four capital letters."),
            hint=N_("Set it inside the range, or unset it for {default}."),
            name=setting.env,
            value=text[:60],
            default=setting.default,
        )
    return text
