"""One mapping from what went wrong to a sentence, a way out and an exit code.

====  ==========================================================
code  meaning
====  ==========================================================
0     done
2     the input or the way the command was called has no meaning
3     refused by a rule of business or law
4     not found
5     the state has moved on
70    a fault of the program or of the machine
130   stopped by the reader
====  ==========================================================
"""

from __future__ import annotations

import json
import os
import re
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import click

from entrepot.faces.cli.lang import _
from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.text import N_

USAGE = 2
FAULT = 70
STOPPED = 130
LOG_NAME = "fault.log"

_PLACE = re.compile(r"(?P<file>[^:]*\.[A-Za-z]+):")
"""A place in a file: its name, then the line and the field."""

_CONTROL = dict.fromkeys((*range(9), *range(11, 32), 127), "\N{REPLACEMENT CHARACTER}")


def answer(error: BaseException, *, as_json: bool, home: Path) -> int:
    """Tell the reader what went wrong, on standard error, and return the exit code.

    Args:
        error: what was raised.
        as_json: whether the command was asked to answer in JSON.
        home: folder for the details of an internal fault.
    """
    if isinstance(error, EntrepotError):
        return _say(error.as_dict(_), error.exit_code, as_json)
    if isinstance(error, click.exceptions.Abort | KeyboardInterrupt):
        return _say(_plain("stopped", _(N_("Stopped. Nothing is half done."))), STOPPED, as_json)
    if isinstance(error, click.ClickException):
        return _say(_usage(error), USAGE, as_json)
    return _say(_fault(error, home), FAULT, as_json)


def _plain(code: str, message: str, hint: str = "") -> dict[str, object]:
    return {"code": code, "message": message, "hint": hint, "fields": {}}


def _usage(error: click.ClickException) -> dict[str, object]:
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "entrepot"
    return _plain("usage", error.format_message(), f"{path} --help")


def _fault(error: BaseException, home: Path) -> dict[str, object]:
    where = _write_details(error, home)
    if where is None:
        hint = _(N_("Set ENTREPOT_DEBUG=1 and try again to see the details."))
    else:
        hint = _(N_("Send {path} to the maintainers.")).format(path=where)
    kind = type(error).__name__
    message = _(N_("An internal fault ({kind}); the books are unchanged.")).format(kind=kind)
    return _plain("internal.fault", message, hint)


def _write_details(error: BaseException, home: Path) -> Path | None:
    """Append the traceback to the log of the home; None if the home takes no writing."""
    path = home / LOG_NAME
    text = "".join(traceback.format_exception(error))
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        home.mkdir(parents=True, exist_ok=True)
        # The details may quote a job file, so only the owner reads them.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8", errors="replace") as log:
            log.write(f"{stamp}\n{text}\n")
    except OSError:
        return None
    return path


def _say(body: Mapping[str, object], exit_code: int, as_json: bool) -> int:
    if as_json:
        wire = {"error": {**body, "exit_code": exit_code}}
        print(json.dumps(wire, ensure_ascii=False, indent=2), file=sys.stderr)
        return exit_code
    print(f"✗ {_clean(body['message'])}", file=sys.stderr)
    fields = body["fields"]
    if isinstance(fields, dict):
        for place, what in places_of(cast("dict[str, str]", fields), str(body["message"])):
            print(f"  · {_clean(place)}: {_clean(what)}", file=sys.stderr)
    if body["hint"]:
        print(_("To fix: {hint}").format(hint=_clean(body["hint"])), file=sys.stderr)
    return exit_code


def places_of(fields: Mapping[str, str], message: str) -> list[tuple[str, str]]:
    """Return the places that a refusal names beside its sentence.

    Several are always told. One alone is told where it lies in a file that the sentence does not
    name.

    >>> places_of({"a.yaml:3:leg.ciio": "unknown fact"}, "There is no fact named ciio.")
    [('a.yaml:3:leg.ciio', 'unknown fact')]
    >>> places_of({"persons": "0 or more"}, "A count is 0 or more.")
    []
    """
    items = list(fields.items())
    if len(items) != 1:
        return items
    match = _PLACE.match(items[0][0])
    return items if match is not None and match["file"] not in message else []


def _clean(value: object) -> str:
    """Return the text without control characters, which a bad file could aim at a terminal."""
    return str(value).translate(_CONTROL)
