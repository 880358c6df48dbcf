"""Templates into pages. Every text is escaped; nothing is asked for outside this server."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from entrepot.faces.web.hints import hint_of
from entrepot.faces.web.navigation import navigation
from entrepot.faces.web.reader import LANGUAGES, OWN_NAMES
from entrepot.faces.web.state_words import state_tone, state_word
from entrepot.faces.web.visit import Visit
from entrepot.faces.web.words import ISOLATIONS, word_of

if TYPE_CHECKING:
    from jinja2 import Environment

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy: own scripts and styles as files, nothing inline, nothing outside."""

STATIC = resources.files("entrepot.faces.web") / "static"
MEDIA_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
FILES = ("console.css", "console.js", "icon.svg", "vendor/htmx-2.0.11.min.js")
"""Every file that is served; no other name is looked up."""

HTMX = json.dumps(
    {"allowEval": False, "includeIndicatorStyles": False, "selfRequestsOnly": True,
     "allowScriptTags": False, "historyCacheSize": 0, "attributesToSettle": ["class"]}
)  # fmt: skip


@cache
def static_file(name: str) -> bytes:
    """Return the content of a file of :data:`FILES`."""
    return (STATIC / name).read_bytes()


@cache
def static_link(name: str) -> str:
    """Return the address of a file, with a mark that changes with its content."""
    mark = hashlib.sha256(static_file(name)).digest()[:9]
    return f"/static/{name}?v={base64.urlsafe_b64encode(mark).decode()}"


@cache
def environment() -> Environment:
    """Return the templates."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader("entrepot.faces.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    shared: dict[str, Any] = {
        "static": static_link,
        "htmx_config": HTMX,
        "own_names": OWN_NAMES,
        "hint_of": hint_of,
        "isolation_words": ISOLATIONS,
        "word_of": word_of,
    }
    cast("dict[str, Any]", found.globals).update(shared)
    return found


def render(visit: Visit, template: str, values: Mapping[str, object]) -> str:
    """Return a page as HTML.

    Args:
        visit: who reads it.
        template: its name.
        values: what it shows.
    """
    reader = visit.reader

    def word(code: object) -> str:
        """Return the word of a state."""
        return reader.say(state_word(str(code)))

    def link(**changes: str) -> str:
        """Return the address of this page with parameters changed."""
        known = {name: texts[0] for name, texts in visit.query.items() if texts}
        return f"{visit.path}?{urlencode({**known, **changes})}"

    return environment().get_template(template).render(
        _=reader.say,
        reader=reader,
        visit=visit,
        link=link,
        languages=LANGUAGES,
        navigation=navigation(visit),
        demonstration=visit.app.is_demonstration(),
        fresh_key=visit.app.ids.new("K"),
        state_word=word,
        state_tone=state_tone,
        **{"said": "", "failed": None, **values},
    )  # fmt: skip
