"""Export what the gate says as ODRL policies: of stated cases, or of a job at a place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from entrepot.domain.gate.odrl import odrl_policy
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.declaration import JobSpec
from entrepot.services.gate_check import Law, check_job, decide_cases


def export_cases(
    app: App, bodies: Sequence[Mapping[str, object]], law: Law
) -> list[dict[str, object]]:
    """Return a policy a stated case.

    Args:
        app: the exchange.
        bodies: cases as plain values.
        law: goes before what a case says itself, where it says anything.

    Raises:
        Invalid: a case has an unknown key or fact, or names neither a leg nor a placement.
    """
    return [odrl_policy(decision) for decision in decide_cases(app, bodies, law)]


def export_job(
    app: App, firm: r.Firm, job: JobSpec, law: Law, centre: str
) -> list[dict[str, object]]:
    """Return a policy a device of a centre, for the job as a whole.

    Args:
        app: the exchange.
        firm: whose data it is.
        job: what its file declares.
        law: which law.
        centre: the place.

    Raises:
        NotFound: no such centre.
    """
    verdicts = check_job(app, firm, job, law, centre)
    return [odrl_policy(one.united) for one in verdicts if one.united is not None]
