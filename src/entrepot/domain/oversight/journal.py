"""Hash chain of the journal: making the next entry, and finding what was edited.

hash(n) = SHA-256(canonical JSON of entry n without its hash; it names hash(n−1))
hash(0) = SHA-256(canonical JSON of the home's id)
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from entrepot.domain.oversight.model import Checkpoint, Entry, Head, Problem
from entrepot.kernel.canonical import canonical_json, digest
from entrepot.kernel.text import N_

TABLE = "journal"


def genesis(home_id: str) -> Head:
    """Return the head of an empty journal, bound to its home.

    >>> genesis("H-1").seq
    0
    """
    return Head(0, 0, digest({"home_id": home_id}))


def entry_hash(entry: Entry) -> str:
    """Return the hash that the entry ought to carry."""
    return digest(
        [
            entry.seq,
            entry.t,
            entry.actor,
            entry.command,
            entry.key,
            entry.body,
            entry.response_digest,
            entry.ledger_head,
            entry.prev_hash,
        ]
    )


def next_entry(
    head: Head,
    *,
    t: int,
    actor: str,
    command: str,
    key: str,
    body: object,
    response_digest: str,
    ledger_head: str,
) -> Entry:
    """Return the entry that follows ``head``.

    Args:
        head: end of the journal so far.
        t: Unix second, not before ``head.t``.
        actor, command, key: who, what, under which idempotency key.
        body: what was asked, as plain values.
        response_digest: SHA-256 of the answer's canonical JSON.
        ledger_head: hash of the ledger's last batch.

    Raises:
        ValueError: time runs backwards.
    """
    if t < head.t:
        raise ValueError("an entry cannot be older than the one before it")
    text = canonical_json(body).decode()
    args = (head.seq + 1, t, actor, command, key, text, response_digest, ledger_head, head.hash)
    return Entry(*args, hash=entry_hash(Entry(*args, hash="")))


def verify(
    entries: Iterable[Entry],
    home_id: str,
    anchored: Head | None = None,
    checkpoint: Checkpoint | None = None,
) -> list[Problem]:
    """Prove a journal: numbers, times, bodies, chain, and its known heads.

    Args:
        entries: the journal in order of number.
        home_id: the home that it is bound to.
        anchored: the head that the home records; None if it records none.
        checkpoint: a head kept outside; None if there is none.

    Returns:
        What is wrong; empty if nothing is.
    """
    problems: list[Problem] = []
    head = genesis(home_id)
    at_checkpoint = head.hash if checkpoint and checkpoint.seq == 0 else ""
    for entry in entries:
        problems.extend(_entry_problems(head, entry))
        head = Head(entry.seq, entry.t, entry.hash)
        if checkpoint and entry.seq == checkpoint.seq:
            at_checkpoint = entry.hash
    if anchored is None and head.seq > 0:
        problems.append(Problem(TABLE, "", N_("the home records no end of the journal")))
    if anchored is not None and (anchored.seq, anchored.hash) != (head.seq, head.hash):
        problems.append(
            Problem(
                TABLE,
                str(head.seq),
                N_("the journal does not end at entry {seq}, where the home says it ends"),
                (("seq", anchored.seq),),
            )
        )
    if checkpoint and (checkpoint.home_id != home_id or checkpoint.hash != at_checkpoint):
        problems.append(
            Problem(
                TABLE,
                str(checkpoint.seq),
                N_("the entry is missing or is not the one that the checkpoint was taken of"),
            )
        )
    return problems


def _entry_problems(before: Head, entry: Entry) -> list[Problem]:
    found: list[str] = []
    if entry.seq != before.seq + 1:
        found.append(N_("entries are missing or doubled before this one"))
    if entry.t < before.t:
        found.append(N_("it is older than the entry before it"))
    if entry.prev_hash != before.hash:
        found.append(N_("it does not follow the entry before it"))
    if entry.hash != _safe_hash(entry):
        found.append(N_("its contents do not match its hash"))
    if not _canonical(entry.body):
        found.append(N_("its body is not canonical JSON"))
    return [Problem(TABLE, str(entry.seq), message) for message in found]


def _safe_hash(entry: Entry) -> str:
    try:
        return entry_hash(entry)
    except (TypeError, ValueError):
        return ""


def _canonical(body: str) -> bool:
    try:
        return canonical_json(json.loads(body)).decode() == body
    except (TypeError, ValueError, RecursionError):
        return False
