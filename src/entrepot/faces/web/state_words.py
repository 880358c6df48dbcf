"""Words and tones for states and verdicts; the codes themselves are for programs."""

from __future__ import annotations

from collections.abc import Mapping

from entrepot.kernel.text import N_

STATES: Mapping[str, tuple[str, str]] = {
    "held": (N_("held for its job"), "wait"),
    "starting": (N_("starting"), "wait"),
    "running": (N_("running"), "busy"),
    "succeeded": (N_("succeeded"), "good"),
    "failed": (N_("failed"), "bad"),
    "cancelled": (N_("cancelled"), "calm"),
    "timed_out": (N_("timed out"), "bad"),
    "lost": (N_("lost"), "bad"),
    "closed": (N_("closed"), "calm"),
    "released": (N_("released"), "calm"),
    "open": (N_("open"), "wait"),
    "frozen": (N_("frozen"), "wait"),
    "funding": (N_("RMB are being bought"), "busy"),
    "funded": (N_("RMB are bought"), "busy"),
    "instructed": (N_("instructed"), "busy"),
    "part_settled": (N_("settled in part"), "wait"),
    "settled": (N_("settled"), "good"),
    "returned": (N_("given back by the bank"), "bad"),
    "allow": (N_("allowed"), "good"),
    "allow_with_duties": (N_("allowed with duties"), "good"),
    "instrument": (N_("needs an instrument"), "wait"),
    "approval": (N_("needs an approval"), "wait"),
    "needs_review": (N_("needs review by counsel"), "wait"),
    "needs_info": (N_("needs facts"), "wait"),
    "refuse": (N_("refused"), "bad"),
    "approved": (N_("approved"), "good"),
    "refused": (N_("refused"), "bad"),
    "withdrawn": (N_("withdrawn"), "calm"),
    "expired": (N_("expired"), "calm"),
    "drafted": (N_("drafted"), "wait"),
    "signed": (N_("signed"), "wait"),
    "filed": (N_("filed"), "wait"),
    "in_force": (N_("in force"), "good"),
    "ended": (N_("ended"), "calm"),
    "applied": (N_("applied"), "wait"),
    "checked": (N_("checked"), "busy"),
    "granted": (N_("granted"), "good"),
    "eligible": (N_("granted"), "good"),
    "paid": (N_("paid"), "good"),
}
"""Code → word and tone: good, bad, wait, busy or calm."""


def state_word(code: str) -> str:
    """Return the word of a state; a code that is not known stays as it is.

    >>> state_word("timed_out"), state_word("moored")
    ('timed out', 'moored')
    """
    return STATES.get(code, (code.replace("_", " "), ""))[0]


def state_tone(code: object) -> str:
    """Return the tone of a state.

    >>> state_tone("failed"), state_tone("moored")
    ('bad', 'calm')
    """
    return STATES.get(str(code), ("", "calm"))[1]
