"""Collects the words of the program, merges them into the catalogues and compiles these.

With ``--check`` it writes nothing and fails if a catalogue does not match the code.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "entrepot"
LOCALE = SOURCE / "locale"
LANGUAGES = ("zh_Hant_HK", "zh_Hans_CN")
KEYWORDS = {"N_": None, "_": None, "NN_": (1, 2)}

METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]

# A date in the header would change with every run and say nothing.
_EPOCH = datetime(2026, 11, 21, tzinfo=UTC)


def template() -> Catalog:
    """Return every text that the code marks, in text order."""
    found = Catalog(project="entrepot", creation_date=_EPOCH, charset="utf-8", fuzzy=False)
    rows = extract_from_dir(SOURCE, METHODS, keywords=KEYWORDS)
    for name, _line, message, _comments, context in sorted(rows, key=lambda row: row[0]):
        found.add(message, locations=[(f"src/entrepot/{name}", 0)], context=context)
    return found


def merged(language: str, words: Catalog) -> Catalog:
    """Return the catalogue of a language with exactly the texts of ``words``."""
    path = LOCALE / language / "LC_MESSAGES" / "entrepot.po"
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
    else:
        catalog = Catalog(locale=language)
    catalog.update(words, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.project, catalog.version, catalog.fuzzy = "entrepot", "1", False
    catalog.creation_date = catalog.revision_date = _EPOCH
    catalog.msgid_bugs_address = "entrepot"
    catalog.last_translator = catalog.language_team = "entrepot"
    catalog.header_comment = "# Translations of entrepôt."
    return catalog


def files() -> dict[Path, bytes]:
    """Return what every catalogue file should hold."""
    words = template()
    words.header_comment = "# Words of entrepôt."
    words.project, words.version = "entrepot", "1"
    words.msgid_bugs_address = "entrepot"
    wanted = {LOCALE / "entrepot.pot": _po(words)}
    for language in LANGUAGES:
        catalog = merged(language, words)
        folder = LOCALE / language / "LC_MESSAGES"
        compiled = io.BytesIO()
        write_mo(compiled, catalog)
        wanted[folder / "entrepot.po"] = _po(catalog)
        wanted[folder / "entrepot.mo"] = compiled.getvalue()
    return wanted


def waiting(po: bytes) -> int:
    """Return how many texts of a catalogue have no translation."""
    return sum(1 for m in read_po(io.BytesIO(po)) if m.id and not _is_translated(m))


def _is_translated(message: Message) -> bool:
    text: object = message.string
    return all(cast("tuple[str, ...]", text)) if isinstance(text, tuple) else bool(text)


def _po(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalog, width=100, sort_output=True, include_lineno=False)
    return out.getvalue()


def main(arguments: list[str]) -> int:
    """Write the catalogues, or check them; return 1 if a check fails."""
    wanted = files()
    stale = [path for path, data in wanted.items() if _read(path) != data]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} does not match the code: run make messages")
        return int(bool(stale))
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wanted[path])
    for path, data in wanted.items():
        if path.suffix == ".po":
            print(f"{path.parent.parent.name}: {waiting(data)} texts wait for a translation")
    return 0


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
