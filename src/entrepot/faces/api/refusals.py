"""Refusals that only HTTP knows: their status, and headers that go with them."""

from __future__ import annotations

from collections.abc import Mapping

from entrepot.kernel.errors import EntrepotError, NotFound
from entrepot.kernel.text import N_


class HttpRefusal(EntrepotError):
    """A refusal with a status of its own.

    Args:
        status: HTTP status.
        code, message, hint, params: as for every refusal.
        headers: of the answer.
    """

    exit_code = 3

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        hint: str = "",
        headers: Mapping[str, str] | None = None,
        fields: Mapping[str, str] | None = None,
        **params: object,
    ) -> None:
        super().__init__(code, message, hint=hint, fields=fields, **params)
        self.http_status = status
        self.headers = dict(headers or {})


def absent() -> NotFound:
    """Return the one answer to what is not there and to what is not the caller's.

    The two must not differ in a letter: else the answer tells that somebody else has it.
    """
    return NotFound(
        "api.absent",
        N_("There is nothing here for you under this address."),
        hint=N_("Check the id, and that your account belongs to the firm or centre that owns it."),
    )


def unknown_caller() -> HttpRefusal:
    """Return the answer to whoever shows no valid token or session."""
    return HttpRefusal(
        401,
        "api.unauthenticated",
        N_("This needs an account: send a valid token or sign in."),
        hint=N_("Authorization: Bearer ent_…  A token that has expired or was revoked is none."),
        headers={"WWW-Authenticate": 'Bearer realm="entrepot"'},
    )


def malformed(where: str, why: str) -> HttpRefusal:
    """Return the answer to a request that cannot be read."""
    return HttpRefusal(
        400,
        "api.malformed",
        N_("The request cannot be read: {why}."),
        hint=N_("Compare it with the example in /api/openapi.json."),
        fields={where: why},
        why=why,
    )


def too_many(wait_s: int) -> HttpRefusal:
    """Return the answer to whoever asks faster than allowed."""
    return HttpRefusal(
        429,
        "api.too_many",
        N_("Too many requests; come back in {wait_s} s."),
        hint=N_("Wait as long as Retry-After says; a write may be repeated under its key."),
        headers={"Retry-After": str(wait_s)},
        wait_s=wait_s,
    )
