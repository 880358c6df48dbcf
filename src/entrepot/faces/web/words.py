"""Words for codes that facts and offers carry; a code that is not known stays as it is."""

from __future__ import annotations

from collections.abc import Mapping

from entrepot.kernel.text import N_

ISOLATIONS: Mapping[str, str] = {
    "exclusive": N_("whole devices of its own"),
    "mig": N_("a slice cut in hardware (MIG)"),
    "vgpu": N_("a virtual device (vGPU)"),
    "mps": N_("shared processes (MPS)"),
    "timeslice": N_("slices of time"),
}

WORDS: Mapping[str, str] = {
    "in_service": N_("in service"),
    "planned": N_("planned"),
    "claimed": N_("claimed"),
    "dense": N_("dense"),
    "sparse": N_("sparse"),
    "peak": N_("peak"),
    "measured": N_("measured"),
    "vector": N_("vector"),
    "matrix": N_("matrix"),
    "ai": N_("AI centre"),
    "hpc": N_("supercomputing centre"),
    "cluster": N_("cluster"),
    "access_node": N_("access node"),
    "aggregate": N_("total"),
    "tenant": N_("tenant"),
    "supplier": N_("centre"),
    "operator": N_("operator"),
    "voucher_authority": N_("voucher authority"),
    "auditor": N_("auditor"),
    "read": N_("reads"),
    "work": N_("works"),
    "lead": N_("leads"),
}


def word_of(code: str) -> str:
    """Return the word of a code.

    >>> word_of("hpc"), word_of("teapot")
    ('supercomputing centre', 'teapot')
    """
    return WORDS.get(code, code.replace("_", " "))
