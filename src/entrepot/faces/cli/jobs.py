"""``entrepot jobs``: leases and jobs, or one of them in full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, emit, moment, money, show_table, size
from entrepot.faces.cli.quote_show import OUTCOMES
from entrepot.faces.cli.state_words import state_word
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_
from entrepot.services import records as r


@cli_command(
    "jobs",
    help=N_("List leases and their jobs, or show one job with its outputs and their labels."),
    examples=("entrepot jobs", "entrepot jobs J-01…", "entrepot jobs --json"),
)
@click.argument("job", required=False, metavar="J-…|L-…")
@json_option
@pass_session
def command(session: Session, job: str | None) -> None:
    """List or show."""
    if job:
        _one(session, job)
        return
    with session.app.store.reading() as uow:
        rows = [(lease, uow.deals.job_of_lease(lease.id)) for lease in uow.deals.leases()]
        bills = {i.job_id: i for i in uow.deals.invoices()}
    data = [_row(lease, found, bills.get(found.id if found else "")) for lease, found in rows]
    emit(session, data, lambda: _show(data))


def _row(lease: r.Lease, job: r.Job | None, bill: r.Invoice | None) -> dict[str, object]:
    return {
        "lease_id": lease.id,
        "job_id": job.id if job else None,
        "name": job.name if job else None,
        "centre_id": lease.centre_id,
        "state": job.state if job else lease.state,
        "reason": job.reason if job else "",
        "created_at": lease.created_at,
        "held_minor": lease.hold_minor if lease.state in ("held", "running") else 0,
        "invoice": bill.number if bill else None,
        "total_minor": bill.total_minor if bill else None,
    }


def _show(data: list[dict[str, Any]]) -> None:
    if not data:
        print(_(N_("No lease yet. Start with: entrepot launch examples/stars.yaml")))
        return
    titles = (N_("lease"), N_("job"), N_("centre"), N_("state"), N_("since"), N_("bill"))
    rows = [
        [
            row["lease_id"],
            row["name"] or "–",
            row["centre_id"],
            state_word(row["state"]) + (f" ({row['reason']})" if row["reason"] else ""),
            moment(row["created_at"]),
            "–" if row["total_minor"] is None else money(Amount(row["total_minor"], HKD)),
        ]
        for row in data
    ]
    show_table([Column(_(title)) for title in titles], rows)


def _one(session: Session, job_id: str) -> None:
    from entrepot.services.run_job import the_job

    job = the_job(session.app, job_id)
    data = {"job_id": job.id, **{k: v for k, v in asdict(job).items() if k != "id"}}

    def render() -> None:
        print(f"{job.id}  {job.name}  {state_word(job.state)}  {job.message}".rstrip())
        for name, instant in ((N_("started"), job.started_at), (N_("finished"), job.ended_at)):
            if instant is not None:
                print(f"  {_(name)}: {moment(instant)}")
        for output in job.outputs:
            label = cast(Mapping[str, Any], output["label"])["inbound"]
            verdict = _(OUTCOMES.get(str(output["verdict"]), str(output["verdict"])))
            print(f"  {output['name']}  {size(int(str(output['bytes'])))}  {verdict}")
            print(
                _(N_("    label: {facts}")).format(
                    facts=", ".join(f"{k}={v}" for k, v in sorted(label.items()))
                )
            )

    emit(session, data, render)
