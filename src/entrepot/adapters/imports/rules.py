"""Rule files from the shipped folder, overridden by the operator's own.

A gate file or the dictionary is replaced whole, since its rows are judged in order. Voucher
programmes are replaced one by one, by their id, and new ones are added.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.domain.vouchers.load import load_programmes
from entrepot.domain.vouchers.model import Programme, Standing
from entrepot.kernel.errors import Fault, Invalid
from entrepot.kernel.rulebook.load import load_rulebook
from entrepot.kernel.rulebook.table import Rulebook
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.domain.outbound.model import TaxBook


GATE_FILES = ("dictionary.yaml", "flow.yaml", "placement.yaml")
VOUCHERS = "vouchers.yaml"
PROPOSED = "proposed.yaml"
TAX = "tax.yaml"
TEXT_BYTES_MAX = 4_000_000


def load_rules(shipped: Path, overrides: Path | None) -> Rulebook:
    """Load dictionary and gates.

    Args:
        shipped: folder of the shipped facts.
        overrides: the operator's folder, or None.

    Raises:
        Invalid: a row is refused, with file, line and field.
        Fault: a file cannot be read.
    """
    return load_rulebook(gate_texts(shipped, overrides))


def gate_texts(shipped: Path, overrides: Path | None) -> dict[str, str]:
    """Return the files of dictionary and gates with their texts.

    Args:
        shipped: folder of the shipped facts.
        overrides: the operator's folder, or None.

    Raises:
        Invalid: a file is too large, or not UTF-8.
        Fault: a file cannot be read.
    """
    texts: dict[str, str] = {}
    for name in GATE_FILES:
        own = _own(overrides, name)
        path = own or shipped / "rules" / name
        texts[str(own) if own else f"rules/{name}"] = read_text(path)
    return texts


def rule_texts(shipped: Path, overrides: Path | None) -> dict[str, str]:
    """Return the rule files in effect: name → text.

    The operator's voucher file stands beside the shipped one, since programmes are replaced
    one by one; any other file of the operator's takes the place of the shipped one.

    Raises:
        Invalid: a file is too large or no UTF-8.
        Fault: a file cannot be read.
    """
    texts: dict[str, str] = {}
    for name in (*GATE_FILES, VOUCHERS, PROPOSED, TAX):
        own = _own(overrides, name)
        if own is None or name == VOUCHERS:
            texts[f"rules/{name}"] = read_text(shipped / "rules" / name)
        if own is not None:
            texts[str(own)] = read_text(own)
    return texts


def load_voucher_programmes(
    shipped: Path, overrides: Path | None, rulebook: Rulebook
) -> tuple[Programme, ...]:
    """Load the voucher programmes; the operator's replace those of the same id.

    Raises:
        Invalid: a row is refused, with file, line and field.
        Fault: a file cannot be read.
    """
    dictionary = rulebook.dictionary
    text = read_text(shipped / "rules" / VOUCHERS)
    programmes = {p.id: p for p in load_programmes(text, f"rules/{VOUCHERS}", dictionary)}
    own = _own(overrides, VOUCHERS)
    if own:
        programmes |= {p.id: p for p in load_programmes(read_text(own), str(own), dictionary)}
    return tuple(programmes[name] for name in sorted(programmes))


def load_proposed_programmes(
    shipped: Path, overrides: Path | None, rulebook: Rulebook
) -> tuple[Programme, ...]:
    """Load the programmes that are only proposed; the operator's own file replaces the shipped.

    Raises:
        Invalid: a row is refused, with file, line and field, or a programme is not proposed.
        Fault: a file cannot be read.
    """
    own = _own(overrides, PROPOSED)
    label = str(own) if own else f"rules/{PROPOSED}"
    text = read_text(own or shipped / "rules" / PROPOSED)
    programmes = load_programmes(text, label, rulebook.dictionary)
    only_proposed(programmes, label)
    return programmes


def only_proposed(programmes: Sequence[Programme], label: str) -> None:
    """Refuse a file of proposals in which a programme is in force, or may be.

    Raises:
        Invalid: a version is not proposed.
    """
    for programme in programmes:
        if any(v.standing is not Standing.PROPOSED for v in programme.versions):
            raise Invalid(
                "vouchers.not_proposed",
                N_("{file}: {id} has a version that is not proposed."),
                hint=N_("Keep programmes in force in vouchers.yaml, and proposed ones here."),
                file=label,
                id=programme.id,
            )


def load_tax_book(shipped: Path, overrides: Path | None, rulebook: Rulebook) -> TaxBook:
    """Load the tax file; the operator's own replaces it whole.

    Raises:
        Invalid: a row is refused, with file, line and field.
        Fault: a file cannot be read.
    """
    from entrepot.domain.outbound.load import load_tax

    own = _own(overrides, TAX)
    text = read_text(own or shipped / "rules" / TAX)
    return load_tax(text, str(own) if own else f"rules/{TAX}", rulebook.dictionary)


def _own(overrides: Path | None, name: str) -> Path | None:
    if overrides is None:
        return None
    path = overrides / "rules" / name
    return path if path.exists() else None


def read_text(path: Path) -> str:
    """Read a file of rules.

    Raises:
        Invalid: too large, or not UTF-8.
        Fault: it cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Fault(
            "facts.file",
            N_("The facts file {path} cannot be read: {why}."),
            hint=N_("Check the folder given by --facts, or install entrepot again."),
            path=str(path),
            why=error.strerror or str(error),
        ) from error
    try:
        if len(data) > TEXT_BYTES_MAX:
            raise ValueError("too large")
        return data.decode()
    except ValueError as error:
        raise Invalid(
            "facts.text",
            N_("{path}: the file is no UTF-8 text below {most} bytes."),
            hint=N_("Save it as UTF-8."),
            path=str(path),
            most=TEXT_BYTES_MAX,
        ) from error
