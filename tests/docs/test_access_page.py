"""The page of rights shows the table of the code."""

from __future__ import annotations

from tools.write_access_page import PAGE, filled

from entrepot.domain.access.model import ROLES


def test_the_page_shows_the_table_of_the_code() -> None:
    text = PAGE.read_text("utf-8")
    assert filled(text) == text
    stale = text.replace("| `lease.take` | write | tenant |", "| `lease.take` | write | auditor |")
    assert stale != text and filled(stale) == text


def test_the_page_explains_every_role() -> None:
    text = PAGE.read_text("utf-8")
    assert all(f"\n| {role.replace('_', ' ')} |" in text for role in ROLES)
