"""Messages against the schemas of the standard."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.adapters.documents.iso20022.safe_xml import namespace, read_xml
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from xmlschema import XMLSchema

PREFIX = "urn:iso:std:iso:20022:tech:xsd:"
FOLDER = Path(__file__).parent / "schemas"
PAIN_001 = "pain.001.001.09"
PAIN_002 = "pain.002.001.12"
CAMT_053 = "camt.053.001.08"
CAMT_054 = "camt.054.001.08"
KNOWN = (PAIN_001, PAIN_002, CAMT_053, CAMT_054)


def message_name(root: ET.Element) -> str:
    """Return the name of a message, ``camt.054.001.08``; empty if it is no ISO 20022."""
    space = namespace(root)
    return space.removeprefix(PREFIX) if space.startswith(PREFIX) else ""


def faults_of(data: bytes) -> list[str]:
    """Return where a message breaks its schema, at most ten places.

    Args:
        data: a message whose version has a schema in ``schemas/``.

    Returns:
        One line a fault; empty = valid.

    Raises:
        Invalid: no XML, or no schema for the version.
    """
    root = read_xml(data)
    name = message_name(root)
    if name not in KNOWN:
        raise Invalid(
            "iso20022.version",
            N_("There is no schema for a message {name}."),
            hint=N_("Use one of {known}."),
            name=name or "?",
            known=", ".join(KNOWN),
        )
    found: list[str] = []
    for error in _schema(name).iter_errors(root):
        found.append(f"{_place(error.path or '/')}: {error.reason}")
        if len(found) == 10:
            break
    return found


def check(data: bytes) -> None:
    """See that a message keeps its schema.

    Raises:
        Invalid: it does not; the fields name the first places.
    """
    faults = faults_of(data)
    if faults:
        raise Invalid(
            "iso20022.schema",
            N_("The message breaks its schema: {first}."),
            hint=N_("Correct the place named, or ask the bank for the message again."),
            fields=dict(fault.split(": ", 1) for fault in faults),
            first=faults[0].rstrip("."),
        )


def _place(path: str) -> str:
    return "/".join(part.rpartition("}")[2].rpartition(":")[2] for part in path.split("/"))


@lru_cache(maxsize=4)
def _schema(name: str) -> XMLSchema:
    # xmlschema takes half a second to read one schema; only messages need it.
    from xmlschema import XMLSchema

    return XMLSchema(str(FOLDER / f"{name}.xsd"), allow="local")
