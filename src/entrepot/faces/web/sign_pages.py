"""Signing in and out, the first operator, invitations, and the sign-up of a firm."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from entrepot.faces.web.job_facts import FactField, fact_value
from entrepot.faces.web.serve import safe_path
from entrepot.faces.web.visit import Answer, Handler, Move, Page, Reply, Visit
from entrepot.kernel.errors import EntrepotError, Invalid
from entrepot.kernel.text import N_
from entrepot.services.ports_identity_links import InvitationKind

PROFILE = (
    "user_hq",
    "customer_us_nexus",
    "party_restricted",
    "ciio",
    "gdpr_applies",
    "uk_gdpr_applies",
    "ftz_eligible_exporter",
    "applicant_type",
    "registered_in",
    "sector",
    "firm_size",
    "startup",
    "is_ai_opc",
    "listed_company",
    "hk_business_registration",
    "substantive_hk_operations",
    "dishonest_record_3y",
)
"""Facts of a firm on which gate and vouchers rest."""


def sign_in_form(visit: Visit) -> Answer:
    """Show the form."""
    return Answer("sign_in.html", {"next": safe_path(visit.asked("next"))})


def sign_in(visit: Visit) -> Reply:
    """Sign in by name and password."""
    from entrepot.services import identity_login

    try:
        opened = identity_login.sign_in(
            visit.house, visit.given("login"), _raw(visit), visit.address, visit.agent,
            visit.session,
        )  # fmt: skip
    except EntrepotError as error:
        if error.http_status >= 500:
            raise
        values = {"next": safe_path(visit.given("next")), "failed": error}
        status = 429 if error.code in ("login.wait", "login.busy") else 403
        return Answer("sign_in.html", values, status)
    return Move(_first_page(visit), session=opened.cookie, lang=opened.account.lang)


def _first_page(visit: Visit) -> str:
    wish = safe_path(visit.given("next"))
    return "/start" if wish == "/" else wish


def start(visit: Visit) -> Move:
    """Go to the first page of the reader's role."""
    first = {
        "tenant": "/firm",
        "supplier": "/centre",
        "operator": "/desk",
        "voucher_authority": "/funds",
        "auditor": "/audit/journal",
    }
    roles = [grant.role for grant in visit.principal.grants]
    return Move(next((first[role] for role in first if role in roles), "/"))


def sign_out(visit: Visit) -> Move:
    """End the session."""
    from entrepot.services import identity_sessions

    if visit.session:
        identity_sessions.sign_out(visit.house, visit.session)
    return Move("/", visit.say(N_("You are signed out.")), session="")


def link_form(visit: Visit) -> Answer:
    """Show the form behind a link that is used once."""
    return _link(visit, None)


def _link(visit: Visit, failed: EntrepotError | None) -> Answer:
    from entrepot.services.identity_invitations import the_link

    kind = _kind(visit)
    link = the_link(visit.house, visit.names["secret"], kind)
    status = failed.http_status if failed else 200
    return Answer("link.html", {"kind": kind, "invitation": link, "failed": failed}, status)


def _kind(visit: Visit) -> InvitationKind:
    kinds: dict[str, InvitationKind] = {"setup": "setup", "invitation": "invite"}
    return kinds.get(visit.path.split("/")[1], "reset")


def use_link(visit: Visit) -> Reply:
    """Make the account behind a link, or set its password, and sign in."""
    from entrepot.services import identity_invitations as links
    from entrepot.services.identity_setup import use_setup

    kind, text, app = _kind(visit), visit.names["secret"], visit.house
    if kind == "invite" and visit.signed_in:
        return _with_errors(visit, _join, _link)
    given = (visit.given("login"), visit.given("display"), visit.reader.lang)

    def act(visit: Visit) -> Reply:
        _see_repeated(visit)
        if kind == "setup":
            account = use_setup(app, text, *given, _raw(visit))
        elif kind == "invite":
            account = links.accept(app, text, *given, _raw(visit))
        else:
            account = links.use_reset(app, text, _raw(visit))
        return _signed_in(visit, account.login)

    return _with_errors(visit, act, _link)


def _join(visit: Visit) -> Reply:
    from entrepot.services.identity_invitations import accept_signed_in

    accept_signed_in(visit.app, visit.names["secret"])
    return Move("/start", visit.say(N_("The invitation was accepted.")))


def _with_errors(
    visit: Visit, act: Handler, again: Callable[[Visit, EntrepotError | None], Answer]
) -> Reply:
    try:
        return act(visit)
    except EntrepotError as error:
        if error.http_status >= 500 or error.code == "invitation.unknown":
            raise
        return again(visit, error)


def sign_up_form(visit: Visit) -> Answer:
    """Show the form by which a firm signs up."""
    return _sign_up(visit, None)


def _sign_up(visit: Visit, failed: EntrepotError | None) -> Answer:
    known = visit.app.rulebook.dictionary.facts
    facts = [
        FactField("firm", known[name], visit.given(f"fact.firm.{name}"))
        for name in PROFILE
        if name in known
    ]
    given = {name: visit.given(name) for name in visit.form if name not in ("password", "again")}
    status = failed.http_status if failed else 200
    return Answer("sign_up.html", {"facts": facts, "given": given, "failed": failed}, status)


def sign_up(visit: Visit) -> Reply:
    """Register a firm with the account that leads it, and sign in."""
    return _with_errors(visit, _register, _sign_up)


def _register(visit: Visit) -> Reply:
    from entrepot.services.definitions import FirmDefinition
    from entrepot.services.sign_up import Founder
    from entrepot.services.sign_up import sign_up as register

    _see_repeated(visit)
    firm = FirmDefinition(
        visit.given("name"),
        visit.given("address"),
        visit.given("registration"),
        "",
        {**_profile(visit), "city": visit.given("city")[:60]},
    )
    lang = visit.reader.lang
    founder = Founder(visit.given("login"), visit.given("display"), lang, _raw(visit))
    account = register(visit.house, firm, founder, visit.key)
    return _signed_in(visit, account.login)


def _profile(visit: Visit) -> Mapping[str, object]:
    known = visit.app.rulebook.dictionary.facts
    found = {
        name: fact_value(known[name], visit.given(f"fact.firm.{name}"))
        for name in PROFILE
        if name in known
    }
    return {name: value for name, value in found.items() if value is not None}


def _signed_in(visit: Visit, login: str) -> Reply:
    from entrepot.services.identity_login import sign_in as enter

    opened = enter(visit.house, login, _raw(visit), visit.address, visit.agent, visit.session)
    return Move("/start", visit.say(N_("Welcome.")), session=opened.cookie)


def _raw(visit: Visit) -> str:
    """Return the password as typed: its blanks are part of it."""
    return next(iter(visit.form.get("password", ())), "")


def _see_repeated(visit: Visit) -> None:
    if next(iter(visit.form.get("again", ())), "") != _raw(visit):
        raise Invalid(
            "form.again",
            N_("The two passwords differ."),
            fields={"again": N_("type the same password again")},
        )


PAGES = (
    Page("GET", "/sign-in", sign_in_form),
    Page("POST", "/sign-in", sign_in),
    Page("POST", "/sign-out", sign_out),
    Page("GET", "/start", start, ""),
    Page("GET", "/sign-up", sign_up_form),
    Page("POST", "/sign-up", sign_up),
    Page("GET", "/setup/{secret}", link_form),
    Page("POST", "/setup/{secret}", use_link),
    Page("GET", "/invitation/{secret}", link_form),
    Page("POST", "/invitation/{secret}", use_link),
    Page("GET", "/password/{secret}", link_form),
    Page("POST", "/password/{secret}", use_link),
)
