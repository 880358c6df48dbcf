"""Write the table of rights into its page of the documentation, or say whether it is there.

python tools/write_access_page.py            write it
python tools/write_access_page.py --check    compare it
"""

from __future__ import annotations

import sys
from pathlib import Path

from entrepot.domain.access.table import TABLE, Rule

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "who-may-do-what.md"
BEGIN = "<!-- table of rights: begin -->"
END = "<!-- table of rights: end -->"
OPEN = {"all": "everybody", "signed_in": "any account", "own": "the account itself"}


def row(rule: Rule) -> str:
    """Return a row of the page."""
    who = OPEN.get(rule.open_to) or ", ".join(role.replace("_", " ") for role in rule.roles)
    notes = ["project members too"] * rule.joint + ["never the proposer"] * rule.second
    level = "" if rule.open_to else rule.level
    return f"| `{rule.action}` | {rule.effect} | {who} | {level} | {'; '.join(notes)} |"


def table() -> str:
    """Return the whole table as Markdown."""
    head = "| action | effect | who | least level | besides |\n| --- | --- | --- | --- | --- |"
    return "\n".join([head, *map(row, TABLE)])


def filled(page: str) -> str:
    """Return the page with the table as the code has it."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"


def main(arguments: list[str]) -> int:
    """Write or check the page."""
    text = PAGE.read_text("utf-8")
    if "--check" in arguments:
        return int(filled(text) != text)
    PAGE.write_text(filled(text), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
