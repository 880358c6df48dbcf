"""The curve of gap over time of a run, kept beside its certificate.

A certificate is the same for the same orders, seed and iterations, byte by byte; times never are.
So the curve has a file of its own, ``cert.history.json`` beside ``cert.json``, which names the
digest of the certificate that it led to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.errors import Conflict, Invalid
from entrepot.kernel.text import N_
from entrepot.services.app import App

if TYPE_CHECKING:
    from entrepot.domain.market.solution import Step

FORM = "entrepot.auction-history/1"


def history_path(certificate: Path) -> Path:
    """Return where the history of a certificate lies.

    >>> history_path(Path("out/cert.json")).name
    'cert.history.json'
    """
    return certificate.with_name(f"{certificate.stem}.history.json")


def write_history(
    app: App, certificate: Path, body: Mapping[str, object], steps: Sequence[Step]
) -> Path:
    """Write the curve of a run beside its certificate.

    Args:
        app: the exchange.
        certificate: the file of the certificate.
        body: the certificate.
        steps: the solver's curve; welfare and bound in micro-HKD.

    Raises:
        Fault: the file cannot be written.
    """
    rows = [[s.stage, s.spent_ms, s.iteration, s.welfare, s.bound] for s in steps]
    kept = {
        "form": FORM,
        "certificate": body["digest"],
        "columns": ["stage", "spent_ms", "iteration", "welfare", "bound"],
        "steps": rows,
    }
    return app.write_certificate(history_path(certificate), canonical_json(kept))


def read_history(app: App, path: Path, body: Mapping[str, object]) -> tuple[Step, ...]:
    """Read the curve of the run that led to a certificate.

    Args:
        app: the exchange.
        path: file of the history.
        body: the certificate.

    Raises:
        NotFound: no such file.
        Invalid: it is no history.
        Conflict: it is the history of another certificate.
    """
    try:
        kept = app.read_certificate(path)
        if kept["form"] != FORM:
            raise ValueError(FORM)
        steps = tuple(_step(row) for row in cast("list[object]", kept["steps"]))
        of = kept["certificate"]
    except (Invalid, LookupError, TypeError, ValueError):
        raise Invalid(
            "auction.history_form",
            N_("{path} is not the history of a run of the auction."),
            hint=N_("entrepot auction run writes it beside the certificate."),
            path=str(path),
        ) from None
    if of != body.get("digest"):
        raise Conflict(
            "auction.history_other",
            N_("{path} is the history of another certificate."),
            hint=N_("Name the right one with --history, or run the auction again."),
            path=str(path),
        )
    return steps


def _step(row: object) -> Step:
    from entrepot.domain.market.solution import Step

    stage, *figures = cast("list[object]", row)
    spent_ms, iteration, welfare, bound = figures
    whole = [spent_ms, iteration, welfare, bound]
    if not isinstance(stage, str) or any(type(figure) is not int for figure in whole):
        raise TypeError("a step is a word and four whole numbers")
    return Step(stage, *cast("list[int]", whole))
