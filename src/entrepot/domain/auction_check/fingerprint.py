"""The hash of a call's inputs, written from its description and from nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from entrepot.kernel.canonical import sha256_hex

FORM = "entrepot-auction-1"


def fingerprint(
    frame: tuple[int, int, Sequence[str], Sequence[str]],
    rows: tuple[list[list[str]], list[list[str]], list[list[str]]],
    links: Sequence[tuple[str, str, str, Sequence[int]]],
) -> str:
    """Return the SHA-256 of the inputs.

    Args:
        frame: slots, seconds of a slot, zones, classes.
        rows: cells of asks, orders and lawful options, in canonical text.
        links: name, zones at both ends, Mb/s by slot.
    """
    slots, slot_s, zones, classes = frame
    text = [f"{FORM}\t{slots}\t{slot_s}\t{' '.join(zones)}\t{' '.join(classes)}"]
    for name, table in zip(("asks", "orders", "options"), rows, strict=True):
        text.append(name)
        text.extend("\t".join(cells) for cells in table)
    text.append("links")
    for name, begin, end, capacity in links:
        first = 0
        for mbps, run in groupby(capacity):
            after = first + len(list(run))
            text.append(f"{name}\t{begin}\t{end}\t{first}\t{after}\t{mbps}")
            first = after
    return sha256_hex("\n".join(text).encode())
