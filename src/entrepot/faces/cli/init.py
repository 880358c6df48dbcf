"""``entrepot init``: make a home, with a firm, its money, and centres."""

from __future__ import annotations

from pathlib import Path

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import done, emit
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.money import parse_amount
from entrepot.kernel.text import N_


@cli_command(
    "init",
    help=N_(
        "Make the home folder, and take in a firm, its first payment and centres. "
        "A home that exists is kept; what is new is added."
    ),
    examples=(
        "entrepot init",
        'entrepot init --firm examples/firm.yaml --deposit "2000 HKD"',
        "entrepot init --centre examples/centre.yaml",
    ),
)
@click.option("--firm", type=click.Path(path_type=Path), help=N_("File of a firm to register."))
@click.option("--deposit", metavar='"N HKD"', help=N_("Payment of that firm to book."))
@click.option(
    "--centre",
    "centres",
    multiple=True,
    type=click.Path(path_type=Path),
    help=N_("File of a centre to take under contract; may be repeated."),
)
@json_option
@pass_session
def command(
    session: Session, firm: Path | None, deposit: str | None, centres: tuple[Path, ...]
) -> None:
    """Make a home."""
    from entrepot.kernel.errors import Invalid
    from entrepot.services import register

    if deposit and not firm:
        raise Invalid(
            "init.deposit",
            N_("--deposit needs --firm: it is the payment of that firm."),
            hint=N_("For a firm that is registered: entrepot ledger deposit F-… AMOUNT"),
        )
    amount = parse_amount(deposit) if deposit else None
    app = session.create_app()
    # Everything is read before anything is written, so a bad file leaves no half home.
    definition = app.read_firm(firm) if firm else None
    sites = [app.read_centre(path) for path in centres]
    data: dict[str, object] = {"home": str(app.home), "firm_id": None, "centres": []}
    with app.store.reading():
        pass
    if definition:
        key = "firm:" + sha256_hex(repr(definition).encode())[:32]
        taken = register.register_firm(app, definition, key)
        data["firm_id"] = taken.id
        if amount:
            register.deposit(app, taken.id, amount, "first payment", f"deposit:{taken.id}")
            data["prepaid_minor"] = amount.minor
    for site in sites:
        register.register_centre(app, site, f"centre:{site.id}")
    data["centres"] = [site.id for site in sites]

    def render() -> None:
        done(_(N_("The home is ready: {path}")).format(path=app.home))
        if data["firm_id"]:
            done(_(N_("Firm {id} is registered.")).format(id=data["firm_id"]))
        for site in sites:
            done(_(N_("Centre {id} is under contract.")).format(id=site.id))
        print(_(N_("Next: entrepot quote examples/stars.yaml")))

    emit(session, data, render)
