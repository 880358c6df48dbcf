"""Errors as pages: what happened in one sentence, and what can be done."""

from __future__ import annotations

from http import HTTPStatus

from litestar.exceptions import HTTPException

from entrepot.faces.web.visit import Answer
from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.text import N_

TITLES = {
    400: N_("The request cannot be read"),
    401: N_("Please sign in"),
    403: N_("This was refused"),
    404: N_("There is nothing here"),
    405: N_("This address takes no such request"),
    409: N_("Things have moved on"),
    413: N_("This is too large"),
    422: N_("Please look at the form again"),
    429: N_("Too many requests"),
    500: N_("Something went wrong"),
    503: N_("The exchange cannot answer at the moment"),
}

SENTENCES = {
    404: N_("There is nothing here for you under this address."),
    405: N_("The page is there, but not for this kind of request."),
    413: N_("What was sent is larger than this page takes."),
    429: N_("Please wait a moment and try again."),
    500: N_("An internal fault; nothing was changed. The operator finds it in the log."),
}


def error_answer(error: EntrepotError) -> Answer:
    """Return the page of a refusal; a fault of the machine keeps its details to itself."""
    status = error.http_status if error.http_status < 500 else 503
    return Answer("error.html", {"title": title_of(status), "failed": shown(error)}, status)


def http_error(error: Exception) -> Answer:
    """Return the page of an error that the server itself found."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    sentence = SENTENCES.get(status, SENTENCES[500] if status >= 500 else HTTPStatus(status).phrase)
    refusal = EntrepotError(f"http.{status}", sentence)
    return Answer("error.html", {"title": title_of(status), "failed": refusal}, status)


def title_of(status: int) -> str:
    """Return the heading of an error's page."""
    return TITLES.get(status, TITLES[500] if status >= 500 else TITLES[400])


def shown(error: EntrepotError) -> EntrepotError:
    """Return the error as pages show it."""
    if error.http_status >= 500:
        return EntrepotError(error.code, N_("The exchange cannot answer at the moment."))
    return error
