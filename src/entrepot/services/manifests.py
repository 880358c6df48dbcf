"""Origin manifests and mix checks: what a job's data and added models are, as recorded.

A job that names a manifest need state no origin of its own: where the data were collected and how
many persons they hold comes from the record; where the job states more, that counts as well. Mix
checks say of the outputs whether mainland data came in on the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from entrepot.domain.gate.manifest import MixFound, Origin, mixed_facts, origin_of
from entrepot.kernel.errors import NotFound
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.ports_gate_records import MixCheck, OriginManifest

if TYPE_CHECKING:
    from entrepot.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Named:
    """Records that a job names: an origin manifest and mix checks; empty = none."""

    manifest: str = ""
    mix_checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OriginFacts:
    """What records say of a job's legs.

    Attributes:
        inbound: facts of the data; returned: facts of the outputs; family: of the manifest.
    """

    inbound: r.Body = field(default_factory=dict[str, object])
    returned: r.Body = field(default_factory=dict[str, object])
    family: str = ""


def named_of(data: object) -> Named:
    """Read back what a stored job names.

    >>> named_of({"manifest": "M-1"})
    Named(manifest='M-1', mix_checks=())
    """
    body = cast("Mapping[str, object]", data)
    checks = cast("Sequence[str]", body.get("mix_checks", ()))
    return Named(str(body.get("manifest", "")), tuple(checks))


def plain_named(named: Named) -> dict[str, object]:
    """Return what a job names for its stored body; nothing where it names nothing."""
    found: dict[str, object] = {}
    if named.manifest:
        found["manifest"] = named.manifest
    if named.mix_checks:
        found["mix_checks"] = list(named.mix_checks)
    return found


def origin_facts(uow: UnitOfWork, firm: r.Firm, named: Named) -> OriginFacts:
    """Return what the records that a job names say of its legs.

    Raises:
        NotFound: one of them is not on record for the firm.
    """
    checks = [the_mix_check(uow, firm, name) for name in named.mix_checks]
    returned = mixed_facts(
        MixFound(one.mixes_cn_personal, one.mixes_cn_important) for one in checks
    )
    if not named.manifest:
        return OriginFacts({}, returned)
    found = the_manifest(uow, firm, named.manifest)
    origin = Origin(found.collected_in, found.persons, found.sensitive)
    return OriginFacts(origin_of(origin), returned, found.family)


def set_of(uow: UnitOfWork, quote_id: str) -> tuple[str, str]:
    """Return manifest and family of the data set of a quoted job; empty where it names none."""
    quote = uow.deals.quote(quote_id)
    assert quote is not None
    named = named_of(cast("Mapping[str, object]", quote.body["job"])["data"])
    found = uow.gate_records.manifest(named.manifest) if named.manifest else None
    return ("", "") if found is None else (found.id, found.family)


def the_manifest(uow: UnitOfWork, firm: r.Firm, manifest_id: str) -> OriginManifest:
    """Return a manifest of a firm.

    Raises:
        NotFound: none of that id is on record for the firm.
    """
    found = uow.gate_records.manifest(manifest_id)
    if found is None or found.firm_id != firm.id:
        raise NotFound(
            "manifest.unknown",
            N_("No origin manifest {id} is on record for {firm}."),
            hint=N_("entrepot gate manifest list shows those that are."),
            id=manifest_id,
            firm=firm.id,
        )
    return found


def the_mix_check(uow: UnitOfWork, firm: r.Firm, check_id: str) -> MixCheck:
    """Return a mix check of a firm.

    Raises:
        NotFound: none of that id is on record for the firm.
    """
    found = uow.gate_records.mix_check(check_id)
    if found is None or found.firm_id != firm.id:
        raise NotFound(
            "mixcheck.unknown",
            N_("No mix check {id} is on record for {firm}."),
            hint=N_("entrepot gate mixcheck list shows those that are."),
            id=check_id,
            firm=firm.id,
        )
    return found
