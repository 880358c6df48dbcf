"""Ways out of an error, as far as a reader without a terminal can take them."""

from __future__ import annotations

from entrepot.kernel.errors import EntrepotError, Translate


def hint_of(error: EntrepotError, translate: Translate = str) -> str:
    """Return the way out of an error; one that names a command of the terminal is left out.

    >>> from entrepot.kernel.errors import Refused
    >>> hint_of(Refused("a.b", "No.", hint="Ask again: entrepot quote JOB.yaml"))
    ''
    """
    text = error.render_hint(translate)
    return "" if "entrepot " in text or "--" in text else text
