"""Cursors of lists: opaque to the caller, checked when they come back."""

from __future__ import annotations

import base64
import binascii

import msgspec

from entrepot.faces.api.refusals import malformed
from entrepot.faces.api.wire import is_name

LIMIT_MAX = 200
LIMIT = 50


def write_cursor(operation: str, after: str) -> str:
    """Return the cursor of an operation's list behind an id.

    >>> read_cursor("job.list", write_cursor("job.list", "J-1"))
    'J-1'
    """
    text = msgspec.json.encode([operation, after])
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def read_cursor(operation: str, text: str) -> str:
    """Return the id behind which a list goes on; empty for its beginning.

    A cursor grants nothing: the list is filtered by who asks, wherever it begins.

    Raises:
        HttpRefusal: 400, no cursor of this list.
    """
    if not text:
        return ""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        found = msgspec.json.decode(data, type=tuple[str, str])
    except (binascii.Error, ValueError, msgspec.MsgspecError, RecursionError):
        found = ("", "")
    if found[0] != operation or not is_name(found[1]):
        raise malformed("cursor", "the cursor is not one of this list")
    return found[1]
