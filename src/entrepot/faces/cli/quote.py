"""``entrepot quote``: where a job may run and what it costs, or an earlier answer again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.output import emit
from entrepot.faces.cli.quote_show import show_answer, show_quote
from entrepot.kernel.ids import is_id
from entrepot.kernel.text import N_
from entrepot.services import records as r

if TYPE_CHECKING:
    from entrepot.services.quote import Answer

Row = Mapping[str, Any]


@cli_command(
    "quote",
    help=N_("Price a job at every permitted place, or show an earlier quote again."),
    examples=(
        "entrepot quote examples/stars.yaml",
        "entrepot quote examples/idphoto.yaml --why",
        "entrepot quote examples/idphoto.yaml --json",
        "entrepot quote Q-01…",
    ),
)
@click.argument("job", metavar=N_("JOB.yaml|Q-…"))
@click.option("--firm", metavar="F-…", help=N_("Firm that asks; needed if there are several."))
@click.option("--why", is_flag=True, help=N_("Say why each place and offer was left out."))
@click.option(
    "--top", type=click.IntRange(1), help=N_("Most candidates, cheapest first; all if not said.")
)
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=1_000,
    help=N_("Most offers left out that --json lists; their counts are always of all."),
)
@json_option
@pass_session
def command(
    session: Session, job: str, firm: str | None, why: bool, top: int | None, limit: int
) -> None:
    """Answer with a quote."""
    if is_id(job, "Q"):
        quote = stored_quote(session, job)
        emit(session, quote_data(quote), lambda: show_quote(quote))
        return
    from entrepot.services.firms import the_firm
    from entrepot.services.quote import quote_job

    spec = session.app.read_job(Path(job))
    answer = quote_job(
        session.app,
        the_firm(session.app, firm),
        spec,
        explain=why or session.json,
        removed_max=limit if session.json else 0,
        candidates_max=top,
    )
    stale = session.settings.fx_stale_days
    emit(session, answer_data(answer), lambda: show_answer(answer, why=why, stale_days=stale))


def stored_quote(session: Session, quote_id: str) -> r.Quote:
    """Return a kept quote.

    Raises:
        NotFound: there is none of that id.
    """
    from entrepot.kernel.errors import NotFound

    with session.app.store.reading() as uow:
        quote = uow.deals.quote(quote_id)
    if quote is None:
        raise NotFound(
            "quote.unknown",
            N_("There is no quote {id}."),
            hint=N_("Ask for one: entrepot quote JOB.yaml"),
            id=quote_id,
        )
    return quote


def quote_data(quote: r.Quote) -> dict[str, object]:
    """Return a quote for ``--json``."""
    return {
        "quote_id": quote.id,
        "firm_id": quote.firm_id,
        "created_at": quote.created_at,
        "valid_until": quote.valid_until,
        "digest": quote.digest,
        **quote.body,
    }


def answer_data(answer: Answer) -> dict[str, object]:
    """Return a quote with everything considered for ``--json``."""
    return {
        **quote_data(answer.quote),
        "centres": list(answer.places),
        "removed_offers": [
            {
                "offer_id": item.offer.id,
                "provider": item.offer.provider,
                "centre_id": item.offer.centre_id,
                "device": item.offer.device_name,
                "filter": item.filter.value,
                "failing": [name.value for name in item.failing],
                "reason": item.reason.render(),
            }
            for item in answer.removed
        ],
        "relaxations": [
            {
                "filter": item.filter.value,
                "admits": item.admits,
                "text": item.render(),
            }
            for item in answer.relaxations
        ],
    }
