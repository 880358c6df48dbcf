"""Reading XML that strangers send: no document type, no entities, bounded size and depth."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from xml.parsers import expat

from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

SIZE_MAX_BYTES = 5_000_000
DEPTH_MAX = 64


class _Forbidden(Exception):
    """A construct that a payment message never has."""


def read_xml(data: bytes) -> ET.Element:
    """Parse a message.

    Args:
        data: at most ``SIZE_MAX_BYTES``.

    Returns:
        The root element.

    Raises:
        Invalid: too large, too deep, with a document type or entities, or no XML.

    >>> read_xml(b"<a><b>1</b></a>")[0].text
    '1'
    """
    if len(data) > SIZE_MAX_BYTES:
        raise _refusal(N_("The message is larger than {what} bytes."), f"{SIZE_MAX_BYTES:,}")
    try:
        _scan(data)
        return ET.fromstring(data)
    except _Forbidden:
        raise _refusal(
            N_("The message holds a document type, entities or too many levels.")
        ) from None
    except (expat.ExpatError, ET.ParseError, ValueError, LookupError) as error:
        raise _refusal(N_("The message is not well-formed XML: {what}."), str(error)) from error


def local(element: ET.Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def namespace(element: ET.Element) -> str:
    """Return the namespace of an element; empty if it has none."""
    return element.tag.rpartition("}")[0].lstrip("{")


def text_at(element: ET.Element, *path: str) -> str:
    """Return the text at a path of local names below ``element``; empty if absent.

    The versions of a message differ in namespace and hardly in names, so one reader
    serves them all.

    >>> text_at(read_xml(b'<a xmlns="x"><b><c> 7 </c></b></a>'), "b", "c")
    '7'
    """
    for name in path:
        found = next((child for child in element if local(child) == name), None)
        if found is None:
            return ""
        element = found
    return (element.text or "").strip()


def every(element: ET.Element, *path: str) -> list[ET.Element]:
    """Return all elements at a path of local names below ``element``."""
    level = [element]
    for name in path:
        level = [child for parent in level for child in parent if local(child) == name]
    return level


def _scan(data: bytes) -> None:
    depth = 0

    def forbid(*_: object) -> None:
        raise _Forbidden

    def opened(_name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH_MAX:
            raise _Forbidden

    def closed(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = forbid
    parser.EntityDeclHandler = forbid
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.Parse(data, True)


def _refusal(sentence: str, what: str = "") -> Invalid:
    return Invalid(
        "iso20022.xml",
        sentence,
        hint=N_("Ask the bank for the message in ISO 20022 form again."),
        what=what,
    )
