"""The filter of system calls, read by a small interpreter of classic BPF."""

from __future__ import annotations

import struct

import pytest

from entrepot.adapters.backends.local.seccomp import program

ALLOW, EPERM, ENOSYS = 0x7FFF0000, 0x00050001, 0x00050026
X86, ARM = 0xC000003E, 0xC00000B7
THREAD, NEW_USER = 0x003D0F00, 0x10000000


def verdict(code: bytes, arch: int, number: int, flags: int = 0) -> int:
    data = struct.pack("=IIQ6Q", number, arch, 0, flags, 0, 0, 0, 0, 0)
    lines = [struct.unpack_from("=HBBI", code, at) for at in range(0, len(code), 8)]
    value, at = 0, 0
    while True:
        kind, yes, no, operand = lines[at]
        if kind == 0x20:
            value, at = int(struct.unpack_from("=I", data, operand)[0]), at + 1
        elif kind == 0x06:
            return int(operand)
        else:
            tests = {0x15: value == operand, 0x35: value >= operand, 0x45: bool(value & operand)}
            at += 1 + (yes if tests[kind] else no)


@pytest.mark.parametrize(
    ("machine", "arch", "refused", "clone", "common"),
    [
        ("x86_64", X86, (155, 165, 166, 248, 250, 272, 298, 308, 321, 323), 56, (0, 1, 59, 57)),
        ("aarch64", ARM, (39, 40, 41, 97, 217, 219, 241, 268, 280, 282), 220, (63, 64, 221, 93)),
    ],
)
def test_namespaces_and_mounts_are_refused_and_common_calls_are_not(
    machine: str, arch: int, refused: tuple[int, ...], clone: int, common: tuple[int, ...]
) -> None:
    code = program(machine)
    assert all(verdict(code, arch, number) == EPERM for number in (*refused, 425, 429, 442))
    assert all(verdict(code, arch, number) == ALLOW for number in common)
    assert verdict(code, arch, clone, THREAD) == ALLOW
    assert verdict(code, arch, clone, THREAD | NEW_USER) == EPERM
    # The C library falls back to clone, whose flags the filter can read.
    assert verdict(code, arch, 435) == ENOSYS


def test_another_architecture_gets_nothing() -> None:
    assert verdict(program("x86_64"), 0x40000003, 1) == EPERM
    assert verdict(program("x86_64"), X86, 0x40000000 | 1) == ENOSYS


def test_an_unknown_machine_has_no_filter() -> None:
    assert program("vax") == b""
