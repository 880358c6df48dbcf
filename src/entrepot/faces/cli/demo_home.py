"""Where a demonstration plays: a fresh home, never one that is in use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from entrepot.faces.cli.frame import Session
from entrepot.kernel.errors import Refused
from entrepot.kernel.text import N_
from entrepot.services.app import App

TRIES = 1000
RATE_AGE_DAYS = 3_650


def demo_home(session: Session) -> App:
    """Return the exchange over a fresh home.

    The home that is named, or the default one, is taken if nothing lies there; else the first
    free folder beside it: ``….demo-2``, ``….demo-3`` …
    """
    base = Path(session.settings.home).expanduser().absolute()
    for n in range(1, TRIES):
        path = base if n == 1 else base.with_name(f"{base.name}.demo-{n}")
        if is_free(path):
            break
    else:
        path = base
    # A demonstration plays on any day, however old the rates are that came with the program.
    fx_refuse_days = max(session.settings.fx_refuse_days, RATE_AGE_DAYS)
    session.settings = replace(session.settings, home=str(path), fx_refuse_days=fx_refuse_days)
    app = session.create_app()
    if session.settings.db and not app.database.empty():
        raise Refused(
            "demo.database",
            N_("The database that ENTREPOT_DB names holds a home; nothing is played in it."),
            hint=N_("Unset ENTREPOT_DB, or let it name an empty database."),
        )
    return app


def is_free(path: Path) -> bool:
    """Say whether nothing lies at ``path``, or an empty folder."""
    return not path.exists() or (path.is_dir() and not any(path.iterdir()))
