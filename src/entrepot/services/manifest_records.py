"""Put origin manifests and mix checks on record, with the digest of what lies there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.domain.gate.manifest import same_family
from entrepot.kernel import ids
from entrepot.kernel.errors import Invalid
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.export_counter import COUNT_MAX
from entrepot.services.manifests import the_manifest, the_mix_check
from entrepot.services.ports_gate_records import MixCheck, OriginManifest
from entrepot.services.record_checks import check_texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class NewManifest:
    """A data set to be recorded.

    Attributes:
        name: of the data set; path: its file or folder.
        collected_in: ISO 3166-1 codes; controller: who decides about the data.
        persons, sensitive: persons without sensitive data, and with it.
        part_of: manifest of the same family; None = a family of its own.
    """

    name: str
    path: Path
    collected_in: tuple[str, ...]
    controller: str
    persons: int
    sensitive: int
    part_of: str | None = None


@dataclass(frozen=True, slots=True)
class NewMixCheck:
    """A check of a model or corpus to be recorded; see :class:`MixCheck`."""

    model: str
    path: Path
    mixes_cn_personal: bool
    mixes_cn_important: bool
    checked_by: str
    checked_on: date


def add_manifest(
    app: App, firm: r.Firm, new: NewManifest, key: str, told: Callable[[int, int], None]
) -> OriginManifest:
    """Record where a data set comes from and whose it is, with the digest of what lies there.

    Args:
        app: the exchange.
        firm: who records it.
        new: what is recorded.
        key: idempotency key.
        told: called with (bytes read, bytes in all) while the data are read.

    Raises:
        Invalid: an empty text, an unknown place, a count below zero, or an empty folder.
        NotFound: the file is not there, or the manifest that it is part of.
    """
    check_texts({"name": new.name, "controller": new.controller})
    _check_counts(new.persons, new.sensitive)
    places = _places(app, new.collected_in)
    read = app.digest_of(new.path, told)
    now = app.clock.now()
    new_id = app.ids.new(ids.MANIFEST)

    def action(uow: UnitOfWork) -> dict[str, object]:
        whole = the_manifest(uow, firm, new.part_of) if new.part_of else None
        family = same_family(new_id, None if whole is None else whole.family)
        manifest = OriginManifest(
            *(new_id, firm.id, new.name, family),
            *(read.sha256, read.size_bytes, read.files),
            *(places, new.controller, new.persons, new.sensitive),
            local_day(now).isoformat(),
        )
        uow.gate_records.add_manifest(manifest)
        return {"manifest_id": new_id}

    body: dict[str, object] = {
        "firm_id": firm.id,
        "name": new.name,
        "sha256": read.sha256,
        "collected_in": list(places),
        "controller": new.controller,
        "persons": new.persons,
        "sensitive": new.sensitive,
        "part_of": new.part_of,
    }
    answer = app.store.command(app.actor, "manifest.add", key, body, now, action)
    with app.store.reading() as uow:
        return the_manifest(uow, firm, str(answer["manifest_id"]))


def add_mix_check(
    app: App, firm: r.Firm, new: NewMixCheck, key: str, told: Callable[[int, int], None]
) -> MixCheck:
    """Record what a check of a model or corpus found, with the digest of what was checked.

    Args:
        app: the exchange.
        firm: for whom.
        new: what is recorded.
        key: idempotency key.
        told: called with (bytes read, bytes in all) while the model is read.

    Raises:
        Invalid: an empty text, or a day to come.
        NotFound: the file is not there.
    """
    now = app.clock.now()
    check_texts({"model": new.model, "by": new.checked_by})
    _check_past(new.checked_on, local_day(now))
    check = MixCheck(
        app.ids.new(ids.MIX_CHECK),
        firm.id,
        new.model,
        app.digest_of(new.path, told).sha256,
        new.mixes_cn_personal,
        new.mixes_cn_important,
        new.checked_by,
        new.checked_on.isoformat(),
    )

    def action(uow: UnitOfWork) -> dict[str, object]:
        uow.gate_records.add_mix_check(check)
        return {"mix_check_id": check.id}

    body: dict[str, object] = {
        "firm_id": firm.id,
        "model": new.model,
        "sha256": check.sha256,
        "mixes_cn_personal": new.mixes_cn_personal,
        "mixes_cn_important": new.mixes_cn_important,
        "checked_by": new.checked_by,
        "checked_on": check.checked_on,
    }
    answer = app.store.command(app.actor, "mixcheck.add", key, body, now, action)
    with app.store.reading() as uow:
        return the_mix_check(uow, firm, str(answer["mix_check_id"]))


def _places(app: App, codes: Sequence[str]) -> tuple[str, ...]:
    fact = app.rulebook.dictionary.declared("collected_in")
    if codes and fact.read(list(codes)) is not None:
        return tuple(sorted(set(codes)))
    raise Invalid(
        "manifest.places",
        N_("{codes} are not places of collection."),
        hint=N_("Give ISO 3166-1 codes: --collected-in HK --collected-in CN."),
        fields={"collected_in": "ISO 3166-1 codes"},
        codes=", ".join(codes) or "–",
    )


def _check_counts(persons: int, sensitive: int) -> None:
    if min(persons, sensitive) < 0 or max(persons, sensitive) > COUNT_MAX:
        raise Invalid(
            "manifest.persons",
            N_("A count of persons lies between 0 and {most}."),
            hint=N_("Give whole numbers with --persons and --sensitive."),
            fields={"persons": "0 or more", "sensitive": "0 or more"},
            most=COUNT_MAX,
        )


def _check_past(day: date, today: date) -> None:
    if day > today:
        raise Invalid(
            "mixcheck.future",
            N_("A check is recorded once it is done, and {day} is still to come."),
            hint=N_("Give the day on which it was done with --on."),
            fields={"on": "not after today"},
            day=day.isoformat(),
        )
