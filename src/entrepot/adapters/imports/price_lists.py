"""Lists of market prices: one door to the forms that can be read."""

from __future__ import annotations

from entrepot.adapters.imports.gpuhunt_csv import read_gpuhunt
from entrepot.adapters.imports.market_rows import Imported
from entrepot.adapters.imports.offers_csv import read_offers
from entrepot.adapters.imports.skypilot_csv import read_skypilot
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services.facts_model import Facts
from entrepot.services.regions import places_by_region

FORMS = ("entrepot", "skypilot", "gpuhunt")


def read_prices(
    data: bytes,
    name: str,
    form: str,
    facts: Facts,
    provider: str,
    as_of: str,
    *,
    skip_bad: bool,
) -> Imported:
    """Read a file of list prices, all or nothing.

    Args:
        data, name: the file and its name.
        form: one of :data:`FORMS`.
        facts: devices and places, by which rows are recognised.
        provider: who sells, where the form does not say.
        as_of: ISO day of the list, where the form does not say.
        skip_bad: keep the good rows beside the problems.

    Raises:
        Invalid: another form, not readable, or bad rows without ``skip_bad``.
    """
    devices = {device.id: device.name for device in facts.devices.values()}
    if form == "entrepot":
        return read_offers(data, name, devices=devices, skip_bad=skip_bad)
    if form not in FORMS:
        raise Invalid(
            "offers.form",
            N_("There is no form {form} of price lists."),
            hint=N_("Use one of: {known}."),
            form=form,
            known=", ".join(FORMS),
        )
    read = read_skypilot if form == "skypilot" else read_gpuhunt
    places = {region: place.jurisdiction for region, place in places_by_region(facts).items()}
    return read(
        data,
        name,
        provider=provider,
        as_of=as_of,
        places=places,
        devices=devices,
        skip_bad=skip_bad,
    )
