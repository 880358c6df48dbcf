"""What all imported price lists share: exact prices, device ids, places and ids of offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from entrepot.adapters.imports.problems import Problem
from entrepot.domain.catalogue.model import DEVICES_MAX, Offer, OfferKind
from entrepot.domain.catalogue.names import find_device
from entrepot.kernel.money import USD, Asset, UnitPrice

PRICE_MAX = 1_000_000
"""Largest price of an instance-hour that is believed."""

MEMORY_GIB_MAX = 1_000_000
CPUS_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file gave.

    Attributes:
        offers: offers, in the order of the file.
        problems: rows that were skipped, with their reason.
        left_out: rows that are sound but are no offer here (no price, a fraction of a device).
    """

    offers: tuple[Offer, ...]
    problems: tuple[Problem, ...]
    left_out: int


@dataclass(slots=True)
class MarketList:
    """The price list of one outside provider, being read.

    Attributes:
        provider: who sells.
        source: where the list was found.
        as_of: ISO date of the list.
        places: region as written → ISO 3166-1; a region not named has no stated jurisdiction.
        devices: device id → name, to recognise devices.
        asset: currency of the prices.
        left_out: rows that are no offer here, so far.
    """

    provider: str
    source: str
    as_of: str
    places: Mapping[str, str]
    devices: Mapping[str, str]
    asset: Asset = USD
    left_out: int = 0
    _seen: dict[str, int] = field(default_factory=dict[str, int])
    _device_ids: dict[str, str] = field(default_factory=dict[str, str])

    def offer(
        self,
        *,
        instance: str,
        region: str,
        device: str,
        count: int,
        price: Fraction,
        memory_mib: int | None,
        vcpus: int | None,
        host_memory_mib: int | None,
        spot: bool,
        disk_mib: int | None = None,
    ) -> Offer:
        """Make an indicative offer of one instance.

        Args:
            instance, region, device: as the provider writes them; no device = the host processor.
            count: devices of the instance.
            price: major units per instance-hour; per device it is price / count, exact.
            memory_mib: memory of one device; vcpus, host_memory_mib, disk_mib: of the instance.
            spot: the provider may take it back.
        """
        name = device or "CPU"
        whole = max(1, count)
        minor = price * 10**self.asset.digits / whole
        return Offer(
            id=self._id(instance or name, region, spot),
            provider=self.provider,
            device_id=self._device_id(name),
            device_name=name,
            region=region,
            price=UnitPrice(minor, self.asset),
            jurisdiction=self.places.get(region),
            memory_mib=memory_mib,
            devices_per_instance=whole,
            # One instance a lease: nothing is stated of a link between two.
            devices_available=whole,
            vcpus=vcpus,
            host_memory_mib=host_memory_mib,
            disk_mib=disk_mib,
            interruptible=spot,
            kind=OfferKind.INDICATIVE,
            source=self.source,
            as_of=self.as_of,
        )

    def _id(self, instance: str, region: str, spot: bool) -> str:
        """Name an offer so that the same list gives the same ids again."""
        text = f"{self.provider}:{instance}:{region}:{'spot' if spot else 'list'}"
        self._seen[text] = self._seen.get(text, 0) + 1
        return text if self._seen[text] == 1 else f"{text}#{self._seen[text]}"

    def _device_id(self, name: str) -> str:
        if name not in self._device_ids:
            self._device_ids[name] = find_device(name, self.devices) or slug(name)
        return self._device_ids[name]


def slug(name: str) -> str:
    """Make an id of a device's name.

    >>> slug("NVIDIA RTX 4090 (48 GB)")
    'nvidia-rtx-4090-48-gb'
    """
    words = "".join(sign if sign.isalnum() else " " for sign in name.casefold()).split()
    return "-".join(words)


def device_mib(gib: Fraction | None) -> int | None:
    """Return a device's memory in MiB, to the whole GiB of its data sheet.

    Providers state what the driver leaves, such as 79.6 GiB of 80.

    >>> device_mib(Fraction("79.6")), device_mib(None)
    (81920, None)
    """
    return None if gib is None else max(1, round(gib)) * 1024


def host_mib(gib: Fraction | None) -> int | None:
    """Return host memory in whole MiB, rounded down."""
    return None if gib is None else int(gib * 1024)


def count_of(value: Fraction | None) -> int | None:
    """Return a count of devices; None for a fraction of one, which is no offer here."""
    whole = Fraction(0) if value is None else value
    return int(whole) if whole.denominator == 1 and whole <= DEVICES_MAX else None
