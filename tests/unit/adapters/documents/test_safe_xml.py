"""XML of strangers: bombs, depth, size, nonsense."""

import pytest

from entrepot.adapters.documents.iso20022.safe_xml import DEPTH_MAX, SIZE_MAX_BYTES, read_xml
from entrepot.kernel.errors import Invalid

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>"""
OUTSIDE = b"""<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l>&a;</l>"""


@pytest.mark.parametrize(
    "data",
    [
        LAUGHS,
        OUTSIDE,
        b"<!DOCTYPE html><l/>",
        b"<a>" * (DEPTH_MAX + 1) + b"</a>" * (DEPTH_MAX + 1),
        b" " * (SIZE_MAX_BYTES + 1),
        b"",
        b"<a>",
        b"<a>&undefined;</a>",
        b"\xff\xfe\x00",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b"{}",
    ],
)
def test_bad_xml_is_refused_with_one_sentence(data: bytes):
    with pytest.raises(Invalid) as refusal:
        read_xml(data)
    assert refusal.value.code == "iso20022.xml"
    assert "\n" not in str(refusal.value)


def test_the_deepest_allowed_is_read():
    assert read_xml(b"<a>" * DEPTH_MAX + b"</a>" * DEPTH_MAX).tag == "a"
