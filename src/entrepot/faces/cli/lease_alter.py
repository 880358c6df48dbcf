"""``entrepot lease extend``, ``shrink`` and ``leave``: a lease by more, by less, or no longer."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.lease_words import lease_data, show_changes, show_lease
from entrepot.faces.cli.output import done, emit, moment, money, number
from entrepot.kernel.compute import MILLI
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.lease_change import Changed
    from entrepot.services.lease_leave import Leaving

F = TypeVar("F", bound=Callable[..., Any])
_DEVICES = re.compile(r"\d{1,6}(?:\.\d{1,3})?\Z")


def _options(function: F) -> F:
    for option in (
        click.option("--key", help=N_("Idempotency key; the same key gives the same change.")),
        click.option("--reason", default="", help=N_("Why, in at most 200 characters.")),
        click.option("--devices", metavar=N_("NUMBER"), help=N_("By so many devices, as 1, 0.25.")),
    ):
        function = option(function)
    return function


@cli_command(
    "extend",
    help=N_(
        "Let a lease last longer, or add devices before its job starts, at the price of its own "
        "quote. What it may cost more is held at once."
    ),
    examples=(
        "entrepot lease extend L-01… --by 2h",
        'entrepot lease extend L-01… --devices 8 --reason "more frames"',
    ),
)
@click.argument("lease", metavar="L-…")
@click.option("--by", metavar=N_("TIME"), help=N_("Longer by so much, as 90s, 10m, 2h, 30d."))
@_options
@json_option
@pass_session
def extend(
    session: Session, lease: str, by: str | None, devices: str | None, reason: str, key: str | None
) -> None:
    """Extend a lease."""
    from entrepot.services.lease_change import extend_lease

    _change(
        session, extend_lease, lease, by, devices, reason, key or _key(session.app, lease, "extend")
    )


@cli_command(
    "shrink",
    help=N_(
        "Shorten a lease, or give back some of its devices before its job starts. The hold falls "
        "to what it may still cost; least time and notice of its kind are kept."
    ),
    examples=(
        "entrepot lease shrink L-01… --by 30m",
        "entrepot lease shrink L-01… --devices 1",
    ),
)
@click.argument("lease", metavar="L-…")
@click.option("--by", metavar=N_("TIME"), help=N_("Shorter by so much, as 90s, 10m, 2h, 30d."))
@_options
@json_option
@pass_session
def shrink(
    session: Session, lease: str, by: str | None, devices: str | None, reason: str, key: str | None
) -> None:
    """Shrink a lease."""
    from entrepot.services.lease_change import shrink_lease

    _change(
        session, shrink_lease, lease, by, devices, reason, key or _key(session.app, lease, "shrink")
    )


@cli_command(
    "leave",
    help=N_(
        "Leave a lease early by the notice of its kind. With --dry-run, say what it would give "
        "and cost, and change nothing."
    ),
    examples=("entrepot lease leave L-01… --dry-run", "entrepot lease leave L-01…"),
)
@click.argument("lease", metavar="L-…")
@click.option("--dry-run", is_flag=True, help=N_("Only say what leaving would give and cost."))
@_options
@json_option
@pass_session
def leave(
    session: Session, lease: str, dry_run: bool, devices: str | None, reason: str, key: str | None
) -> None:
    """Leave a lease."""
    from entrepot.services.lease_leave import give_back, leaving

    milli = _milli(devices)
    if dry_run:
        told = leaving(session.app, lease, milli)
    else:
        by = key or _key(session.app, lease, "leave")
        told = give_back(session.app, lease, milli_devices=milli, reason=reason, key=by)
    emit(session, _left_data(told, dry_run), lambda: _show_left(told, dry_run))


def _change(
    session: Session,
    alter: Callable[..., Changed],
    lease: str,
    by: str | None,
    devices: str | None,
    reason: str,
    key: str,
) -> None:
    """Make a lease larger or smaller and show what changed."""
    found = alter(
        session.app,
        lease,
        seconds=_seconds(by),
        milli_devices=_milli(devices),
        reason=reason,
        key=key,
    )
    emit(session, _changed_data(found), lambda: _show_changed(found))


def _seconds(text: str | None) -> int:
    from entrepot.domain.catalogue.units import parse_duration

    return parse_duration(text) if text else 0


def _milli(text: str | None) -> int:
    if text is None:
        return 0
    if not _DEVICES.match(text) or not Decimal(text):
        raise Invalid(
            "lease.devices",
            N_("{text} is no number of devices."),
            hint=N_("Write whole devices as 8, a part of one as 0.25."),
            text=text[:40],
        )
    return int(Decimal(text) * MILLI)


def _key(app: App, lease_id: str, what: str) -> str:
    """Return a key by the changes so far: two calls at once make one change, not two."""
    with app.store.reading() as uow:
        count = len(uow.leases.changes(lease_id))
    return f"{what}:{lease_id}:{count}"


def _changed_data(found: Changed) -> dict[str, object]:
    change = found.change
    return {
        **lease_data(found.lease),
        "change": {
            "number": change.number,
            "what": change.what,
            "before": dict(change.before),
            "after": dict(change.after),
            "reason": change.reason,
            "hold_change_minor": found.hold_change_minor,
        },
    }


def _show_changed(found: Changed) -> None:
    show_lease(found.lease, ())
    more = found.hold_change_minor
    text = N_("Held {amount} more.") if more >= 0 else N_("Held {amount} less.")
    print(_(text).format(amount=money(Amount(abs(more), HKD))))
    show_changes([found.change])


def _left_data(told: Leaving, dry_run: bool) -> dict[str, object]:
    return {
        **lease_data(told.lease),
        "dry_run": dry_run,
        "left_milli_devices": told.milli_devices,
        "free_from": told.free_from,
        "free_to": told.free_to,
        "owed_minor": told.owed_minor,
        "held_minor": told.held_minor,
        "invoice": told.invoice.number if told.invoice else None,
    }


def _show_left(told: Leaving, dry_run: bool) -> None:
    owed, held = (money(Amount(minor, HKD)) for minor in (told.owed_minor, told.held_minor))
    size = number(told.milli_devices)
    if dry_run:
        text = N_("Leaving {milli} milli-devices of {id} now is charged {owed} of the {held} held.")
    else:
        text = N_("Left {milli} milli-devices of {id}: charged {owed}; {held} stays held.")
        held = held if told.lease.state in ("held", "running") else money(Amount(0, HKD))
    done(_(text).format(milli=size, id=told.lease.id, owed=owed, held=held))
    if told.free_from < told.free_to:
        text = N_("They are free for others from {start} to {end}.")
        print(_(text).format(start=moment(told.free_from), end=moment(told.free_to)))
    if told.invoice:
        print(_(N_("Invoice {number}")).format(number=told.invoice.number))


COMMANDS = (extend, shrink, leave)
