"""A firm signs up: its record, its prepaid account and the account of whoever leads it, or none."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.domain.access.model import Grant
from entrepot.kernel import ids
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.definitions import FirmDefinition
from entrepot.services.identity_accounts import add_account, new_account, the_account
from entrepot.services.identity_grants import add_grant
from entrepot.services.ports_identity import Account

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body

NAME_MAX = 120
ADDRESS_MAX = 300
REGISTRATION_MAX = 60


@dataclass(frozen=True, slots=True)
class Founder:
    """Who signs a firm up, and leads it from then on; texts as typed."""

    login: str
    display: str
    lang: str
    password: str


def sign_up(app: App, firm: FirmDefinition, founder: Founder, key: str) -> Account:
    """Register a firm with an account that leads it.

    The firm's group is itself: whoever signs up cannot put a firm into a group of others.

    Args:
        app: the exchange.
        firm: as its founder states it.
        founder: of the account.
        key: idempotency key; the same key gives the same account.

    Returns:
        The account.

    Raises:
        Invalid: a text is empty or too long, a fact of the profile is none, or name or password
            will not do.
        Conflict: the login is taken.
        Refused: too many passwords are being worked on.
    """
    stated = _checked(app, firm)
    account = new_account(
        app, founder.login, founder.display, founder.lang, founder.password or " "
    )
    now, firm_id = app.clock.now(), app.ids.new(ids.FIRM)

    def action(uow: UnitOfWork) -> Body:
        add_account(uow, account)
        uow.registry.add_firm(
            r.Firm(
                firm_id,
                stated.name,
                stated.address,
                stated.registration,
                firm_id,
                stated.profile,
                now,
            )
        )
        uow.ledger.ensure_account(f"prepaid:{firm_id}")
        add_grant(app, uow, account, Grant("tenant", "firm", firm_id, "lead"), "")
        return {"account_id": account.id, "firm_id": firm_id}

    body: Body = {
        "login": account.login,
        "name": stated.name,
        "registration": stated.registration,
    }
    answer = app.store.command(account.login, "firm.sign_up", key, body, now, action)
    return the_account(app, str(answer["account_id"]))


def _checked(app: App, firm: FirmDefinition) -> FirmDefinition:
    known = app.rulebook.dictionary
    for fact, value in firm.profile.items():
        if fact != "city" and known.declared(fact).read(value) is None:
            raise Invalid(
                "sign_up.fact",
                N_("{value} is no value of {fact}."),
                fields={fact: N_("not a value of this fact")},
                value=str(value)[:60],
                fact=fact,
            )
    return FirmDefinition(
        _text("name", firm.name, NAME_MAX),
        _text("address", firm.address, ADDRESS_MAX),
        _text("registration", firm.registration, REGISTRATION_MAX),
        "",
        firm.profile,
    )


def _text(field: str, given: str, most: int) -> str:
    text = " ".join(unicodedata.normalize("NFC", given).split())
    if 0 < len(text) <= most and text.isprintable():
        return text
    raise Invalid(
        "sign_up.text",
        N_("A firm is registered with its name, its address and its registration."),
        fields={field: N_("this has to be filled in, and not be too long")},
    )
