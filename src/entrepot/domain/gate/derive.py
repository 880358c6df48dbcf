"""Facts that addresses settle: what can be derived is never asked."""

from __future__ import annotations

from collections.abc import Mapping

GBA9 = frozenset(
    {
        "guangzhou",
        "shenzhen",
        "zhuhai",
        "foshan",
        "huizhou",
        "dongguan",
        "zhongshan",
        "jiangmen",
        "zhaoqing",
    }
)
"""The nine mainland cities of the Greater Bay Area.

Source: press on the Outline Development Plan of 2019-02-18,
https://www.chinadaily.com.cn/a/201912/20/WS5dfbfc41a310cf3e3557f5ce_4.html, 2026-11-21.
"""

_DISTRICTS = {"nansha": "guangzhou", "qianhai": "shenzhen", "hengqin": "zhuhai"}

DERIVED = (
    *("place_from", "place_to", "cross_border", "sender_in_gba9"),
    *("recipient_in_hk", "recipient_in_mo", "recipient_in_gba9", "processing_zone"),
)
"""The facts that this page derives; a statement about them in a job is not read."""


def in_gba9(place: str, city: str) -> bool | None:
    """Say whether an address lies in the nine mainland cities.

    Args:
        place: ISO 3166-1 code of the address.
        city: English name of its city, or of Nansha, Qianhai, Hengqin; may be empty.

    Returns:
        None where the address is on the mainland and its city is not known.

    >>> in_gba9("CN", "Hengqin"), in_gba9("CN", "Shaoguan"), in_gba9("HK", "Hong Kong")
    (True, False, False)
    >>> in_gba9("CN", "") is None
    True
    """
    if place != "CN":
        return False
    name = city.strip().lower()
    return _DISTRICTS.get(name, name) in GBA9 if name else None


def leg_facts(
    facts: Mapping[str, object],
    *,
    place_to: str,
    sender_city: str,
    recipient_city: str,
    zone: str = "none",
) -> dict[str, object]:
    """Complete the facts of a leg from the two addresses.

    Args:
        facts: what the job states; ``place_from`` is where the data leave.
        place_to: ISO 3166-1 code of the receiving site.
        sender_city: English name of the sender's city; empty: not known.
        recipient_city: English name of the receiving site's city.
        zone: data zone of the receiving site.

    Returns:
        The facts; what an address settles replaces what was stated.

    >>> leg = leg_facts({"place_from": "HK"}, place_to="CN", sender_city="Hong Kong",
    ...                 recipient_city="Guangzhou")
    >>> leg["cross_border"], leg["recipient_in_gba9"], leg["sender_in_gba9"]
    (True, True, False)
    """
    place_from = facts.get("place_from")
    found = {name: value for name, value in facts.items() if name not in DERIVED}
    found["place_to"] = place_to
    found["processing_zone"] = zone
    found["recipient_in_hk"] = place_to == "HK"
    found["recipient_in_mo"] = place_to == "MO"
    _put(found, "recipient_in_gba9", in_gba9(place_to, recipient_city))
    if isinstance(place_from, str):
        found["place_from"] = place_from
        found["cross_border"] = place_from != place_to
        _put(found, "sender_in_gba9", in_gba9(place_from, sender_city))
    return found


def return_facts(
    inbound: Mapping[str, object],
    overrides: Mapping[str, object],
    *,
    sender_city: str,
    recipient_city: str,
    zone: str = "none",
) -> dict[str, object]:
    """Derive the return leg: the outputs go back to where the inputs came from.

    Labels follow outputs: whatever was said of the inputs holds for the outputs, unless
    ``overrides`` says otherwise.

    Args:
        inbound: completed facts of the inbound leg.
        overrides: facts that differ for the outputs.
        sender_city: city of the centre, English name.
        recipient_city: city of the firm, English name.
        zone: data zone of the firm's site.

    Returns:
        The facts of the return leg; ``place_to`` is absent where the inbound leg names no
        origin.

    >>> back = return_facts({"place_from": "HK", "place_to": "CN", "leg_persons": 9},
    ...                     {"leg_persons": 1}, sender_city="Guangzhou",
    ...                     recipient_city="Hong Kong")
    >>> back["place_from"], back["place_to"], back["leg_persons"], back["recipient_in_hk"]
    ('CN', 'HK', 1, True)
    """
    labels = {name: value for name, value in inbound.items() if name not in DERIVED}
    labels |= {name: value for name, value in overrides.items() if name not in DERIVED}
    if "place_to" in inbound:
        labels["place_from"] = inbound["place_to"]
    # The outputs may go to another place than the inputs came from, if the job says so.
    destination = overrides.get("place_to", inbound.get("place_from"))
    if not isinstance(destination, str):
        return labels
    return leg_facts(
        labels,
        place_to=destination,
        sender_city=sender_city,
        recipient_city=recipient_city,
        zone=zone,
    )


def _put(facts: dict[str, object], name: str, value: object) -> None:
    if value is not None:
        facts[name] = value
