"""``entrepot serve --demonstration``: play a past, and tell the accounts that can be tried."""

from __future__ import annotations

import json
import time

from entrepot.faces.cli.frame import Session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, plain, progress, show_table
from entrepot.kernel.errors import Conflict
from entrepot.kernel.text import N_

DAYS = 90


def furnish(session: Session, seed: int) -> None:
    """Play three months in a home that has none; one that was played before is left as it is.

    Args:
        session: of the call.
        seed: all chance follows from it, but for keys and passwords.

    Raises:
        Conflict: the home has business of its own.
    """
    from entrepot.services.demonstration import play_history
    from entrepot.services.demonstration_people import open_accounts

    app = session.create_app()
    with app.store.reading() as uow:
        is_used = bool(uow.registry.firms())
    if app.is_demonstration() and is_used:
        return
    if is_used:
        raise Conflict(
            "demonstration.used",
            N_("The home {path} has business of its own."),
            hint=N_("Name another home: entrepot --home DIR serve --demonstration"),
            path=str(app.home),
        )
    with progress(_(N_("Playing three months of business")), DAYS) as step:
        played = play_history(app, int(time.time()), DAYS, seed, lambda day, _of: step(day))
    accounts = open_accounts(app)
    if session.json:
        print(json.dumps({"played": plain(played), "accounts": plain(accounts)}), flush=True)
        return
    words = N_("{jobs} jobs in {days} days were played; firms, centres and jobs are made up.")
    done(_(words).format(jobs=played.jobs, days=played.days))
    columns = [
        Column(_(N_("account"))),
        Column(_(N_("password, shown once")), whole=True),
        Column(_(N_("for"))),
    ]
    show_table(columns, [(one.login, one.password, one.place) for one in accounts])
