"""Business refusals: one family of errors with code, message, hint and fields.

A fault of the programmer raises an ordinary Python exception. A refusal that a
user can do something about is an :class:`EntrepotError`; the faces turn it into
an exit code, an HTTP status and one clear sentence in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from entrepot.kernel.text import filled

Translate = Callable[[str], str]


def _same(text: str) -> str:
    return text


class EntrepotError(Exception):
    """A refusal with a stable code, a translatable sentence and a way out.

    Args:
        code: stable machine name, dotted: ``quote.expired``.
        message: English template marked by ``N_``; ``{name}`` takes a parameter.
        hint: what to do, a template too; shown as "To fix: …".
        fields: where the fault lies, field path → what is wrong there.
        params: values of the templates.

    >>> error = Refused("quote.expired", "Quote {id} has expired.", id="Q-1",
    ...                 hint="Ask again: entrepot quote JOB.yaml")
    >>> str(error), error.exit_code
    ('Quote Q-1 has expired.', 3)
    """

    exit_code = 70
    http_status = 500

    def __init__(
        self,
        code: str,
        message: str,
        /,
        *,
        hint: str = "",
        fields: Mapping[str, str] | None = None,
        **params: object,
    ) -> None:
        self.code = code
        self.template = message
        self.hint_template = hint
        self.fields: dict[str, str] = dict(fields or {})
        self.params: dict[str, object] = params
        super().__init__(self.render())

    def render(self, translate: Translate = _same) -> str:
        """Return the sentence in the language of ``translate``."""
        return filled(self.template, self.params, translate)

    def render_hint(self, translate: Translate = _same) -> str:
        """Return the way out in the language of ``translate``; may be empty."""
        if not self.hint_template:
            return ""
        return filled(self.hint_template, self.params, translate)

    def as_dict(self, translate: Translate = _same) -> dict[str, object]:
        """Return the error for ``--json`` and for problem+json."""
        return {
            "code": self.code,
            "message": self.render(translate),
            "hint": self.render_hint(translate),
            "fields": {key: translate(what) for key, what in self.fields.items()},
        }


class Invalid(EntrepotError):
    """The input cannot be read or has no meaning (exit 2, HTTP 422)."""

    exit_code = 2
    http_status = 422


class Refused(EntrepotError):
    """The input is sound, but a rule of business or law says no (exit 3)."""

    exit_code = 3
    http_status = 403


class NotFound(EntrepotError):
    """The thing named does not exist, or is not the reader's (exit 4)."""

    exit_code = 4
    http_status = 404


class Conflict(EntrepotError):
    """The state has moved on: sold meanwhile, used key, wrong order (exit 5)."""

    exit_code = 5
    http_status = 409


class Fault(EntrepotError):
    """The machine, disk or database cannot go on (exit 70)."""
