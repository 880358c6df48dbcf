"""System calls that no job needs: new namespaces, mounts, kernel programs, key rings.

In a user namespace of its own a job could mount memory as a file system and escape its
limits; so it gets none. The filter is a classic BPF program as ``bwrap --seccomp`` reads it.

Source: seccomp(2), Linux man-pages 6.7; call numbers from Linux 6.1, arch tables of x86_64
and the generic table that aarch64 uses.
"""

from __future__ import annotations

import platform
import struct

_LOAD, _JUMP_EQ, _JUMP_GE, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_EPERM, _ENOSYS = 1, 38
_AT_NUMBER, _AT_ARCH, _AT_FLAGS = 0, 4, 16
_NEW_USER = 0x10000000
_X32 = 0x40000000

# io_uring_setup, open_tree, move_mount, fsopen, fsconfig, fsmount, mount_setattr
_NEWER = (425, 428, 429, 430, 431, 432, 442)
_CLONE3 = 435
_TABLES: dict[str, tuple[int, int, tuple[int, ...]]] = {
    # machine: (audit architecture, clone, refused)
    "x86_64": (
        0xC000003E,
        56,
        (155, 165, 166, 248, 249, 250, 272, 298, 308, 321, 323, *_NEWER),
    ),
    "aarch64": (
        0xC00000B7,
        220,
        (39, 40, 41, 97, 217, 218, 219, 241, 268, 280, 282, *_NEWER),
    ),
}


def program(machine: str = "") -> bytes:
    """Return the filter for a machine.

    Args:
        machine: ``x86_64`` or ``aarch64``; empty for this one.

    Returns:
        Instructions of 8 bytes each; empty for a machine that is not known.

    >>> len(program("x86_64")) % 8, program("vax")
    (0, b'')
    """
    table = _TABLES.get(machine or platform.machine())
    if table is None:
        return b""
    arch, clone, refused = table
    tail = [
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ERRNO | _EPERM),
        (_RETURN, 0, 0, _ERRNO | _ENOSYS),
    ]
    # Each check jumps forward to one of the three ends; the distance depends on what follows.
    checks: list[tuple[int, int, str, str]] = [
        (_JUMP_GE, _X32, "enosys", ""),
        (_JUMP_EQ, _CLONE3, "enosys", ""),
        *((_JUMP_EQ, number, "eperm", "") for number in refused),
        (_JUMP_EQ, clone, "", "allow"),
    ]
    ends = {"allow": 0, "eperm": 1, "enosys": 2}
    head = [(_LOAD, 0, 0, _AT_ARCH), (_JUMP_EQ, 1, 0, arch), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    lines = [*head, (_LOAD, 0, 0, _AT_NUMBER)]
    for index, (code, value, yes, no) in enumerate(checks):
        left = len(checks) - index - 1 + 2
        lines.append((code, left + ends[yes] if yes else 0, left + ends[no] if no else 0, value))
    lines += [(_LOAD, 0, 0, _AT_FLAGS), (_JUMP_SET, 1, 0, _NEW_USER), *tail]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)
