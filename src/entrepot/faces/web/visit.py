"""One visit: who comes, to which page, with what; and what a page answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NoReturn, cast

from entrepot.domain.access.can import can
from entrepot.domain.access.model import ANONYMOUS, Principal, Resource
from entrepot.domain.access.reach import Reach, reach
from entrepot.faces.web.reader import Reader
from entrepot.kernel.errors import Invalid, NotFound, Refused
from entrepot.kernel.text import N_
from entrepot.services.app import App

Method = Literal["GET", "POST"]


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that came with a form: its name without folders, and its content."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """A page, or part of one.

    Attributes:
        template: name of the template; values: what it shows.
        status: HTTP status; stop_polling: tells a page that asks again and again to stop.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict[str, object])
    status: int = 200
    stop_polling: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """Go elsewhere after a form was taken.

    Attributes:
        to: path on this server; said: what was done, shown there once.
        session: new session of the reader; empty ends it, None leaves it.
        lang: language of the account that signed in, for a reader who has not chosen one.
    """

    to: str
    said: str = ""
    session: str | None = None
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Download:
    """A file: what it holds, its kind and its name; inline shows it in the browser."""

    data: bytes
    media_type: str
    name: str
    inline: bool = False


Reply = Answer | Move | Download


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit.

    Attributes:
        app: the exchange, acting as the principal; house: the same, acting for itself.
        principal: who comes.
        reader: language and theme.
        path: of the page; names: what stands in it by name.
        query, form: fields → their texts in order; files: fields → files sent.
        csrf: text that every form of this visit has to bring back.
        session: text of the reader's session; empty without one.
        address: where the visit comes from; agent: what the browser says that it is.
        partial: whether only a part of the page is asked for, by script.
    """

    app: App
    house: App
    principal: Principal = ANONYMOUS
    reader: Reader = field(default_factory=Reader)
    path: str = "/"
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    form: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    files: Mapping[str, Sequence[Sent]] = field(default_factory=dict[str, Sequence[Sent]])
    csrf: str = ""
    session: str = ""
    address: str = ""
    agent: str = ""
    partial: bool = False

    @property
    def signed_in(self) -> bool:
        """Whether somebody is known to be there."""
        return self.principal.via != "anonymous"

    def say(self, message: str, **params: object) -> str:
        """Return a marked text in the reader's language."""
        return self.reader.say(message, **params)

    def asked(self, name: str, default: str = "") -> str:
        """Return a parameter of the address."""
        return next(iter(self.query.get(name, ())), default).strip()

    def given(self, name: str, default: str = "") -> str:
        """Return a field of the form; blanks around it are not meant."""
        return next(iter(self.form.get(name, ())), default).strip()

    def needed(self, name: str, label: str, longest: int = 200) -> str:
        """Return a field that has to be filled in.

        Raises:
            Invalid: it is empty or too long.
        """
        text = self.given(name)
        if text and len(text) <= longest:
            return text
        empty = N_("this has to be filled in")
        long = N_("this is too long")
        raise Invalid(
            "form.field",
            N_("Please look at the field {label}."),
            fields={name: long if text else empty},
            label=self.say(label),
        )

    @property
    def key(self) -> str:
        """Idempotency key of the form: the same form sent twice acts once.

        Raises:
            Invalid: the form brought none.
        """
        text = self.given("key")
        if not text or len(text) > 100 or not text.isascii() or not text.isprintable():
            raise Invalid(
                "form.key",
                N_("The form came without its number; load the page again and send it once more."),
            )
        return f"web:{self.principal.account_id or self.principal.actor}:{self.path}:{text}"

    def may(self, action: str, resource: Resource | None = None) -> bool:
        """Say whether the reader may do something; without a resource, anywhere at all."""
        if resource is None:
            return not self.reach(action).nothing
        return can(self.principal, action, resource).allowed

    def reach(self, action: str) -> Reach:
        """Return whose things the reader may act on."""
        return reach(self.principal, action)

    def require(self, action: str, resource: Resource) -> None:
        """See that the reader may do something; a denial is journalled.

        Raises:
            NotFound: the thing is not the reader's, and looks as if it were not there.
            Refused: it is, but not for this act.
        """
        from entrepot.services.access import require

        require(self.app, self.principal, action, resource)

    def lose(self) -> NoReturn:
        """Answer that there is no such page for the reader."""
        raise absent()


def absent() -> NotFound:
    """Return the one answer to what is not there and to what is not the reader's."""
    return NotFound(
        "page.absent",
        N_("There is nothing here for you under this address."),
        hint=N_("Check the address, and that you are signed in with the right account."),
    )


def stale_form() -> Refused:
    """Return the answer to a form that does not come from a page of this visit."""
    return Refused(
        "form.foreign",
        N_("The form did not come from a page that this browser was shown, so nothing was done."),
        hint=N_("Allow cookies for this address, load the page again and send the form once more."),
    )


Handler = Callable[[Visit], Reply]


@dataclass(frozen=True, slots=True)
class Page:
    """A page or a form's end.

    Attributes:
        method: ``GET`` shows, ``POST`` does.
        path: ``/jobs/{job}``.
        handle: makes the answer.
        action: what somebody must be able to do somewhere to come here at all; empty = any
            account, None = everybody.
        body_max: bytes of a form.
    """

    method: Method
    path: str
    handle: Handler
    action: str | None = None
    body_max: int = 64 * 1024

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the path."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))


def number_of(text: str, default: int, least: int, most: int) -> int:
    """Return a whole number out of a form within its bounds; the default where there is none.

    >>> number_of("7", 1, 1, 9), number_of("x", 1, 1, 9), number_of("99", 1, 1, 9)
    (7, 1, 9)
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        return default
    return min(max(int(text), least), most)


def rows(value: object) -> Sequence[Mapping[str, object]]:
    """Return plain rows out of a kept body."""
    return cast("Sequence[Mapping[str, object]]", value)
