"""``entrepot gate manifest`` and ``mixcheck``: what data and models are, as recorded."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.day_option import day_option
from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, clean, done, emit, number, show_table, size
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = N_("Idempotency key; the same key gives the same answer.")
PERSONS = N_("Persons without those of whom the data are sensitive.")
SENSITIVE = N_("Persons of whom there are sensitive data.")
OF_FIRM = N_("Firm that asks; needed if there are several.")


@cli_group(
    "manifest",
    help=N_("Origin manifests: where a data set was collected, whose it is and of how many."),
    examples=("entrepot gate manifest list",),
)
def manifest() -> None:
    """Hold the commands of manifests."""


@manifest.command(
    "add",
    help=N_("Record a data set; the digest of the file or folder is taken."),
    examples=(
        "entrepot gate manifest add portraits --path data/portraits --collected-in HK "
        '--controller "Harbour Imaging Limited" --persons 1200',
    ),
)
@click.argument("name", metavar="NAME")
@click.option("--path", required=True, type=click.Path(path_type=Path), help=N_("File or folder."))
@click.option(
    "--collected-in",
    required=True,
    multiple=True,
    metavar="PLACE",
    help=N_("Place of collection, as ISO 3166-1; repeatable."),
)
@click.option("--controller", required=True, help=N_("Who decides about the data."))
@click.option("--persons", type=int, required=True, help=PERSONS)
@click.option("--sensitive", type=int, default=0, show_default=True, help=SENSITIVE)
@click.option("--part-of", metavar="M-…", help=N_("Manifest of the whole that it is part of."))
@click.option("--firm", metavar="F-…", help=OF_FIRM)
@click.option("--key", help=KEY)
@json_option
@pass_session
def add_(
    session: Session,
    name: str,
    path: Path,
    collected_in: tuple[str, ...],
    controller: str,
    persons: int,
    sensitive: int,
    part_of: str | None,
    firm: str | None,
    key: str | None,
) -> None:
    """Record a manifest."""
    from entrepot.services.firms import the_firm
    from entrepot.services.manifest_records import NewManifest, add_manifest

    app = session.app
    new = NewManifest(name, path, collected_in, controller, persons, sensitive, part_of)
    kept = add_manifest(app, the_firm(app, firm), new, key or app.ids.new("K"), progress(session))
    text = _(N_("Manifest {id} is on record: {files} files, {size}, SHA-256 {sha256}."))
    shown = {"id": kept.id, "files": number(kept.files), "size": size(kept.size_bytes)}
    emit(session, asdict(kept), lambda: done(text.format(**shown, sha256=kept.sha256)))


@manifest.command(
    "list",
    help=N_("List the data sets on record for a firm."),
    examples=("entrepot gate manifest list --json",),
)
@click.option("--firm", metavar="F-…", help=OF_FIRM)
@json_option
@pass_session
def list_manifests(session: Session, firm: str | None) -> None:
    """List manifests."""
    from entrepot.services.firms import the_firm

    app = session.app
    holder = the_firm(app, firm)
    with app.store.reading() as uow:
        found = uow.gate_records.manifests(holder.id)

    def render() -> None:
        titles = (N_("manifest"), N_("name"), N_("collected in"), N_("persons"), N_("sensitive"))
        right = ("persons", "sensitive")
        rows = [
            [
                *(one.id, one.name, ", ".join(one.collected_in)),
                *(number(one.persons), number(one.sensitive)),
            ]
            for one in found
        ]
        none = N_("No data set is on record. To record one: entrepot gate manifest add --help")
        columns = [Column(_(t), t in right, whole=t == "manifest") for t in titles]
        show_table(columns, rows, empty=_(none))

    emit(session, [asdict(one) for one in found], render)


@manifest.command(
    "show",
    help=N_("Show a data set on record."),
    examples=("entrepot gate manifest show M-01…",),
)
@click.argument("manifest_id", metavar="M-…")
@click.option("--firm", metavar="F-…", help=OF_FIRM)
@json_option
@pass_session
def show_manifest(session: Session, manifest_id: str, firm: str | None) -> None:
    """Show a manifest."""
    from entrepot.services.firms import the_firm
    from entrepot.services.manifests import the_manifest

    app = session.app
    holder = the_firm(app, firm)
    with app.store.reading() as uow:
        found = the_manifest(uow, holder, manifest_id)

    def render() -> None:
        print(clean(f"{found.id} · {found.name}"))
        for label, value in (
            (N_("collected in"), ", ".join(found.collected_in)),
            (N_("controller"), found.controller),
            (N_("persons"), number(found.persons)),
            (N_("sensitive"), number(found.sensitive)),
            (N_("part of"), found.family if found.family != found.id else "–"),
            (N_("recorded on"), found.recorded_on),
            (N_("size"), size(found.size_bytes)),
            (N_("digest"), found.sha256),
        ):
            print(clean(f"  {_(label)}: {value}"))

    emit(session, asdict(found), render)


@cli_group(
    "mixcheck",
    help=N_("Checks whether models and corpora that a centre adds hold mainland data."),
    examples=("entrepot gate mixcheck list",),
)
def mixcheck() -> None:
    """Hold the commands of mix checks."""


@mixcheck.command(
    "add",
    help=N_("Record what the check of a model or corpus found; its digest is taken."),
    examples=(
        "entrepot gate mixcheck add base-model --path models/base --no-personal --no-important "
        '--by "A. Chan"',
    ),
)
@click.argument("model", metavar="MODEL")
@click.option("--path", required=True, type=click.Path(path_type=Path), help=N_("File or folder."))
@click.option(
    "--personal/--no-personal",
    required=True,
    help=N_("It holds personal information of the mainland, or not."),
)
@click.option(
    "--important/--no-important",
    required=True,
    help=N_("It holds important data of the mainland, or not."),
)
@click.option("--by", required=True, help=N_("Who checked it."))
@day_option("--on", help=N_("Day of the check; today if it is left out."))
@click.option("--firm", metavar="F-…", help=OF_FIRM)
@click.option("--key", help=KEY)
@json_option
@pass_session
def add_check(
    session: Session,
    model: str,
    path: Path,
    personal: bool,
    important: bool,
    by: str,
    on: date | None,
    firm: str | None,
    key: str | None,
) -> None:
    """Record a mix check."""
    from entrepot.kernel.period import local_day
    from entrepot.services.firms import the_firm
    from entrepot.services.manifest_records import NewMixCheck, add_mix_check

    app = session.app
    day = on or local_day(app.clock.now())
    new = NewMixCheck(model, path, personal, important, by, day)
    kept = add_mix_check(app, the_firm(app, firm), new, key or app.ids.new("K"), progress(session))
    text = _(N_("Mix check {id} is on record for {model}.")).format(id=kept.id, model=kept.model)
    emit(session, asdict(kept), lambda: done(clean(text)))


@mixcheck.command(
    "list",
    help=N_("List the mix checks on record for a firm."),
    examples=("entrepot gate mixcheck list",),
)
@click.option("--firm", metavar="F-…", help=OF_FIRM)
@json_option
@pass_session
def list_checks(session: Session, firm: str | None) -> None:
    """List mix checks."""
    from entrepot.services.firms import the_firm

    app = session.app
    holder = the_firm(app, firm)
    with app.store.reading() as uow:
        found = uow.gate_records.mix_checks(holder.id)

    def render() -> None:
        titles = (
            *(N_("check"), N_("model"), N_("personal"), N_("important")),
            *(N_("checked by"), N_("checked on")),
        )
        rows = [
            [
                *(one.id, one.model, yes_no(one.mixes_cn_personal)),
                *(yes_no(one.mixes_cn_important), one.checked_by, one.checked_on),
            ]
            for one in found
        ]
        none = N_("No mix check is on record. To record one: entrepot gate mixcheck add --help")
        columns = [Column(_(title), whole=title == "check") for title in titles]
        show_table(columns, rows, empty=_(none))

    emit(session, [asdict(one) for one in found], render)


def yes_no(value: bool) -> str:
    """Return a truth in the reader's language."""
    return _(N_("yes")) if value else _(N_("no"))


def progress(session: Session) -> Callable[[int, int], None]:
    """Return what tells on a terminal how far the reading of a large data set is."""
    import sys

    shown = not session.json and sys.stderr.isatty()
    last = [-1]

    def told(done_bytes: int, whole_bytes: int) -> None:
        percent = 100 * done_bytes // max(whole_bytes, 1)
        if shown and percent != last[0]:
            last[0] = percent
            end = "\n" if done_bytes >= whole_bytes else ""
            print(f"\r{percent} %", end=end, file=sys.stderr, flush=True)

    return told
