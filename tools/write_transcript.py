"""Writes what ``entrepot demo`` prints into both READMEs, between two marks.

The demonstration is played in a temporary home, once in English and once in Chinese. Ids are
shortened, the home is written as the default one, repeated steps are left out and marked by …;
figures stay as they were printed. With ``--check-shape`` nothing is written: the demonstration is
played in English and must print the same lines, whatever the figures, dates and ids.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READMES = {"en": ROOT / "README.md", "zh-Hant": ROOT / "README.zh-Hant.md"}
BEGIN, END = "<!-- transcript -->", "<!-- /transcript -->"
WIDTH_MAX = 112
DUTIES_MAX = 2
"""Duties that are shown of a list; of the files, one of each kind and folder."""

_ID = re.compile(r"\b(Q|L|J|B|F)-01[0-9A-Z]{24}\b")
_BANK_REFERENCE = re.compile(r"\bSIM-\d{8}-[0-9A-F]+")
_BANK_FILE = re.compile(r"(?<=B-01…)\.[0-9a-f]{12}(?=\.xml)")
_DUTY = re.compile(r"^  \S.{0,12}\d{4}-\d\d-\d\d\W")
_SPEED = re.compile(r"\d[\d.,]* (?:GFLOPS|P)\b")
_MOMENT = re.compile(r"\b[A-Z][a-z]{2} \d+, \d{4}, [\d:]+\s[AP]M")
_NUMBER = re.compile(r"(?<!\w)-?\d+(?:[.,:-]\d+)*|\d+")
_PROCESSOR = re.compile(r" on .*?, (?=\d{4}-\d\d-\d\d)")


def play(home: Path, language: str = "en") -> str:
    """Play the demonstration in ``home`` and return what it prints for people."""
    command = [sys.executable, "-m", "entrepot", "--home", str(home), "--lang", language, "demo"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"entrepot demo ended with {done.returncode}: {done.stderr}")
    return done.stdout


def block_of(printed: str, home: Path) -> list[str]:
    """Return the lines of a README for what the demonstration printed.

    Args:
        printed: its standard output.
        home: where it played.
    """
    text = printed.replace(str(home), "~/.entrepot").replace(f"{ROOT}/", "")
    text = _BANK_FILE.sub("", _ID.sub(r"\1-01…", text))
    text = _BANK_REFERENCE.sub("SIM-…", text)
    sections = _sections(text.strip("\n").splitlines())
    # The second job walks the same way as the first: its gate and its end are enough.
    sections[2] = _without_middle(sections[2])
    lines = ["$ entrepot demo"]
    for section in sections:
        lines += [*_cut_lists(section), ""]
    return [_narrow(line) for line in lines[:-1]]


def _sections(lines: Sequence[str]) -> list[list[str]]:
    sections: list[list[str]] = []
    for line in lines:
        if line.startswith("── "):
            sections.append([line.rstrip(" ─")])
        elif line and sections:
            sections[-1].append(line)
    # What follows the list of files is advice with the reader's own paths.
    last = sections[-1]
    sections[-1] = [last[0], *(line for line in last[1:] if line.startswith("  ~/"))]
    return sections


def _without_middle(section: Sequence[str]) -> list[str]:
    first = next(n for n, line in enumerate(section) if "Q-01…" in line)
    last = next(n for n, line in enumerate(section) if line.startswith("  │"))
    return [*section[:first], "…", *section[last:]]


def _cut_lists(section: Sequence[str]) -> Iterator[str]:
    for kind, group in groupby(section, key=_kind_of):
        lines = list(group)
        if kind == "file":
            kept = _one_a_kind(lines)
        elif kind == "duty":
            kept = lines[:DUTIES_MAX]
        else:
            kept = lines
        yield from kept
        if len(kept) < len(lines):
            yield "  …"


def _kind_of(line: str) -> str:
    if line.startswith("  ~/"):
        return "file"
    return "duty" if _DUTY.match(line) else ""


def _one_a_kind(lines: Sequence[str]) -> list[str]:
    kept: dict[tuple[str, str], str] = {}
    for line in lines:
        folder, _, name = line.rpartition("/")
        ending = name.rpartition(".")[2]
        if ending != "json":
            kept.setdefault((folder.partition("/documents/")[2].partition("/")[0], ending), line)
    return list(kept.values())


def _narrow(line: str) -> str:
    text, kept, width = line.rstrip(), "", 0
    if sum(map(_width, text)) <= WIDTH_MAX:
        return text
    for sign in text:
        width += _width(sign)
        if width >= WIDTH_MAX:
            break
        kept += sign
    return kept.rstrip() + "…"


def _width(sign: str) -> int:
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def shape(line: str) -> str:
    """Return a line without what changes from run to run: figures, dates, speed, width.

    >>> shape("Billed HKD -0.59 at ~3.5 ms  on 2026-11-21")
    'Billed HKD # at # ms on #'
    """
    text = _PROCESSOR.sub(" on a processor, ", _MOMENT.sub("a moment", line))
    text = _NUMBER.sub("#", _SPEED.sub("a speed", text).replace("~", ""))
    return " ".join(text.split())


def differences(printed: Sequence[str], written: Sequence[str]) -> list[str]:
    """Return where two blocks differ in shape, a sentence each.

    The rows of the gate are left out, since they follow the law of the day.

    >>> differences(["HKD 1.00", "a long line th…"], ["HKD 20.00", "a long line…"])
    []
    >>> differences(["proven"], ["broken"])
    ['printed: proven – written: broken']
    """
    pairs = zip_longest(_without_gate(printed), _without_gate(written), fillvalue="nothing")
    return [f"printed: {one} – written: {two}" for one, two in pairs if not _alike(one, two)]


def _without_gate(lines: Sequence[str]) -> Iterator[str]:
    is_gate = False
    for line in lines:
        is_gate = line.startswith("verdict ") or (is_gate and "Q-01…" not in line and line != "…")
        if not is_gate:
            yield line


def _alike(one: str, two: str) -> bool:
    a, b = shape(one), shape(two)
    if a.endswith("…") and b.endswith("…"):
        # Both were cut; by how much depends on the width of their figures.
        length = min(len(a), len(b)) - 8
        return a[:length] == b[:length]
    return a == b


def readme_block(page: Path) -> list[str]:
    """Return the lines of the transcript in a README."""
    _before, _begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    return rest.partition(END)[0].strip("\n").splitlines()[1:-1]


def write(page: Path, lines: Sequence[str]) -> None:
    """Put a transcript between the marks of a README."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page.name} has no marks to write between")
    block = "\n".join(["```console", *lines, "```"])
    page.write_text(f"{before}{BEGIN}\n{block}\n{END}{after}", encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Write both blocks, or check the English one; return 1 if its shape differs."""
    with tempfile.TemporaryDirectory(prefix="entrepot-demo-") as folder:
        if "--check-shape" in arguments:
            home = Path(folder) / "home"
            found = differences(block_of(play(home), home), readme_block(READMES["en"]))
            print(
                "\n".join([*found, "run tools/write_transcript.py"])
                if found
                else "transcript: true"
            )
            return int(bool(found))
        for language, page in READMES.items():
            home = Path(folder) / language
            write(page, block_of(play(home, language), home))
            print(f"wrote {page.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
