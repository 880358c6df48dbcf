"""``entrepot usage show``: the signed reports of a lease, what they cost, and what was held."""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import (
    Column,
    done,
    duration,
    emit,
    moment,
    money,
    number,
    show_table,
    size,
    warn,
)
from entrepot.faces.cli.state_words import state_word
from entrepot.kernel.errors import Invalid, Refused
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_

JOULES_PER_KWH = 3_600_000

if TYPE_CHECKING:
    from entrepot.domain.metering.neighbour import Neighbourhood
    from entrepot.services.carbon import Carbon
    from entrepot.services.metered import LeaseUsage


@cli_command(
    "show",
    help=N_(
        "Show the signed usage reports of a lease, each verified again by the centre's key, the "
        "rated line, what it cost and what was held. Without a lease: the totals of all."
    ),
    examples=(
        "entrepot usage",
        "entrepot usage L-01…",
        "entrepot usage show --job J-01…",
        "entrepot usage L-01… --json",
    ),
)
@click.argument("lease", required=False, metavar="L-…")
@click.option("--job", metavar="J-…", help=N_("The lease of this job."))
@json_option
@pass_session
def show(session: Session, lease: str | None, job: str | None) -> None:
    """Show usage."""
    from entrepot.services.carbon import measured_carbon
    from entrepot.services.metered import all_usage, job_usage, lease_usage
    from entrepot.services.neighbours import fared

    if lease and job:
        raise Invalid(
            "usage.which",
            N_("A lease and a job are named; one of them is enough."),
            hint=N_("Leave out --job."),
        )
    if not lease and not job:
        rows = all_usage(session.app)
        emit(session, [total_data(row) for row in rows], lambda: _show_totals(rows))
        return
    found = job_usage(session.app, job) if job else lease_usage(session.app, str(lease))
    carbon, beside = measured_carbon(session.app, found), fared(session.app, found)
    data = {
        **usage_data(found),
        "carbon": carbon.as_dict() if carbon else None,
        "neighbours": neighbour_data(beside),
    }
    emit(session, data, lambda: _show(found, carbon, beside))
    if found.forged:
        raise Refused(
            "usage.forged",
            N_("Reports of lease {id} are not signed by the centre's key: {numbers}."),
            hint=N_("Do not pay on them; ask the centre for its reports and prove the journal."),
            id=found.lease.id,
            numbers=", ".join(map(str, found.forged)),
        )


def total_data(found: LeaseUsage) -> dict[str, object]:
    """Return the totals of a lease for ``--json``."""
    return {
        "lease_id": found.lease.id,
        "job_id": found.job.id if found.job else None,
        "name": found.job.name if found.job else None,
        "centre_id": found.lease.centre_id,
        "state": found.job.state if found.job else found.lease.state,
        "reports": len(found.reports),
        "all_verified": not found.forged,
        "final": found.usage.final,
        "milli_device_seconds": found.usage.milli_device_seconds,
        "cpu_ms": found.usage.cpu_ms,
        "energy_j": found.usage.energy_j,
        "waited_ms": found.usage.waited_ms,
        "memory_peak_bytes": found.usage.memory_peak_bytes,
        "held_minor": found.held_minor,
        "paid_minor": found.paid_minor,
        "released_minor": found.released_minor,
        "invoice": found.invoice.number if found.invoice else None,
        "total_minor": found.invoice.total_minor if found.invoice else None,
    }


def usage_data(found: LeaseUsage) -> dict[str, object]:
    """Return the reports and the rated line of a lease for ``--json``."""
    line = found.line
    return {
        **total_data(found),
        "line": None
        if line is None
        else {
            "id": line.id,
            "price_version": line.price_version,
            "milli_device_seconds": line.milli_device_seconds,
            "minor_per_device_hour": str(line.price.minor_per_device_hour),
            "asset": line.price.asset.code,
            "amount": line.amount,
            "minimum_applied": line.minimum_applied,
            "clipped": line.clipped,
            "evidence": line.evidence,
        },
        "signed_reports": [
            {
                **asdict(item.report),
                "id": item.report.id,
                "digest": item.digest,
                "signature": item.signature,
                "verified": item.verified,
            }
            for item in found.reports
        ],
    }


def neighbour_data(beside: Neighbourhood | None) -> dict[str, object] | None:
    """Return how a shared lease fared for ``--json``; None where it is not known."""
    if beside is None:
        return None
    return {**asdict(beside), "short_bp": beside.short_bp, "slowed": beside.slowed}


def _show_totals(rows: list[LeaseUsage]) -> None:
    if not rows:
        print(_(N_("Nothing has run yet.")))
        return
    columns = [Column(_(t)) for t in (N_("lease"), N_("job"), N_("state"))]
    columns += [
        Column(_(t), True)
        for t in (N_("reports"), N_("device-seconds"), N_("processor"), N_("memory"))
    ]
    columns += [Column(_(t), True) for t in (N_("held"), N_("paid"))]
    cells = [
        [
            row.lease.id,
            row.job.name if row.job else "–",
            state_word(row.job.state if row.job else row.lease.state),
            number(len(row.reports)),
            device_seconds(row.usage.milli_device_seconds),
            f"{number(Fraction(row.usage.cpu_ms, 1000), 1)} s",
            size(row.usage.memory_peak_bytes),
            money(Amount(row.held_minor, HKD)),
            "–" if row.paid_minor is None else money(Amount(row.paid_minor, HKD)),
        ]
        for row in rows
    ]
    show_table(columns, cells)


def device_seconds(milli: int) -> str:
    """Write milli-device-seconds as device-seconds.

    >>> device_seconds(2500)
    '2.500'
    """
    return number(Fraction(milli, 1000), 3)


def _show(found: LeaseUsage, carbon: Carbon | None, beside: Neighbourhood | None) -> None:
    lease, job = found.lease, found.job
    print(
        _(N_("Lease {id} at {centre}: {milli} milli-devices for at most {time}")).format(
            id=lease.id,
            centre=lease.centre_id,
            milli=number(lease.milli_devices),
            time=duration(lease.duration_s),
        )
    )
    if job is None:
        print(_(N_("Its job has not started, so nothing was metered.")))
        return
    print(f"  {job.id}  {job.name}  {state_word(job.state)}")
    _show_reports(found)
    _show_energy(found, carbon)
    _show_neighbours(beside)
    _show_money(found)


def _show_reports(found: LeaseUsage) -> None:
    columns = [Column("#", True), Column(_(N_("from"))), Column(_(N_("to")))]
    columns += [Column(_(t), True) for t in (N_("device-seconds"), N_("processor"), N_("memory"))]
    columns += [Column(_(N_("final"))), Column(_(N_("signature")))]
    rows = [
        [
            str(item.report.seq),
            moment(item.report.start),
            moment(item.report.end),
            device_seconds(item.report.milli_device_seconds),
            f"{number(Fraction(item.report.cpu_ms, 1000), 1)} s",
            size(item.report.memory_peak_bytes),
            _(N_("yes")) if item.report.final else "",
            _(N_("verified")) if item.verified else _(N_("FALSE")),
        ]
        for item in found.reports
    ]
    show_table(columns, rows)
    if found.usage.recovered:
        warn(_(N_("The meter died; the last report was made up to its last sign of life.")))
    if found.reports and not found.usage.final:
        print(_(N_("The last report has not come yet.")))


def _show_energy(found: LeaseUsage, carbon: Carbon | None) -> None:
    if found.usage.energy_j is None:
        return
    joules, kwh = found.usage.energy_j, Fraction(found.usage.energy_j, JOULES_PER_KWH)
    words = _(N_("Energy as measured: {joules} J ({kwh} kWh)"))
    print(words.format(joules=number(joules), kwh=number(kwh, 3)))
    if carbon is not None and carbon.by_grid_mg is not None:
        grams = number(Fraction(carbon.by_grid_mg, 1000), 3)
        print(_(N_("  {grams} g of CO2 by the grid of its region")).format(grams=grams))


def _show_neighbours(beside: Neighbourhood | None) -> None:
    if beside is None:
        return
    seconds = [
        number(Fraction(ms, 1000), 1)
        for ms in (beside.entitled_ms, beside.used_ms, beside.waited_ms, beside.short_ms)
    ]
    words = N_(
        "Its share came to {share} s of processor; it used {used} s and stood waiting {waited} s, "
        "{short} s of them within its share."
    )
    keys = ("share", "used", "waited", "short")
    print(_(words).format(**dict(zip(keys, seconds, strict=True))))
    if beside.slowed:
        percent = number(Fraction(beside.short_bp, 100), 1)
        text = N_("Its neighbours kept {percent} % of its share from it.")
        warn(_(text).format(percent=percent))


def _show_money(found: LeaseUsage) -> None:
    line, invoice = found.line, found.invoice
    if line is not None:
        price = number(line.price.minor_per_device_hour / 100, 2)
        text = N_("Rated: {quantity} device-seconds at {price} {asset} a device-hour = {amount}")
        print(
            _(text).format(
                quantity=device_seconds(line.milli_device_seconds),
                price=price,
                asset=line.price.asset.code,
                amount=money(line.amount),
            )
        )
        print(_(N_("  rated line {id}")).format(id=line.id))
        if line.minimum_applied:
            print(_(N_("  the least charge is one second of the devices leased")))
        if line.clipped:
            warn(_(N_("The meter claimed more than was sold; only what was sold counts.")))
    print(_(N_("Held: {amount}")).format(amount=money(Amount(found.held_minor, HKD))))
    if invoice and found.paid_minor is not None and found.released_minor is not None:
        text = N_("Billed {total} on {number}; {paid} taken from the hold, {rest} released.")
        done(
            _(text).format(
                total=money(Amount(invoice.total_minor, HKD)),
                number=invoice.number,
                paid=money(Amount(found.paid_minor, HKD)),
                rest=money(Amount(found.released_minor, HKD)),
            )
        )


COMMANDS = (show,)
