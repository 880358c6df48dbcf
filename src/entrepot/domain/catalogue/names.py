"""Names of devices: the same card under many spellings.

A name is cut into words. Words of the maker (``NVIDIA``, ``GeForce``) say nothing and fall away;
words of the build (``SXM``, ``PCIe``) make a *variant*; what is left is the *core*. A request
matches a device when the cores are equal and the device has every variant word of the request,
so that ``H100`` finds all H100 and ``H100 SXM`` finds ``NVIDIA H100 SXM5``, while ``RTX 4060``
does not find ``RTX 4060 Ti``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from entrepot.kernel.suggest import did_you_mean

_MAKERS = frozenset(
    {"nvidia", "amd", "intel", "huawei", "cambricon", "hygon", "geforce", "tesla", "quadro"}
    | {"instinct", "radeon", "ascend", "rtx", "gtx", "gpu", "accelerator"}
)
_VARIANTS = frozenset(
    {"sxm", "pcie", "nvl", "nvlink", "hgx", "oam", "se", "we", "cc", "mod", "high", "freq"}
    | {"blackwell", "hbm2", "hbm2e", "hbm3", "x4", "x8"}
)
_MEMORY = re.compile(r"(?<![a-z0-9.])(\d{1,4})[\s_-]*g(?:i?b)?(?![a-z0-9.])")
_WORD = re.compile(r"[a-z0-9.]+")
_GLUED = re.compile(r"^(rtx|gtx|nvidia|tesla)(\d[a-z0-9]*|a\d{3,4}|[atv]\d{1,3})$")
_SUFFIXED = re.compile(r"^(\d{4})(ti|super)$")
_SOCKET = re.compile(r"^sxm\d?$")


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """What a device's name means.

    Attributes:
        core: words that tell models apart, sorted.
        variants: words that tell builds of one model apart.
        memory_gib: memory that the name states, GiB.
    """

    core: tuple[str, ...]
    variants: frozenset[str]
    memory_gib: int | None

    def serves(self, asked: DeviceKey) -> bool:
        """Say whether a device of this name is one of those ``asked`` for."""
        return self.core == asked.core and asked.variants <= self.variants


@lru_cache(maxsize=4096)
def device_key(name: str) -> DeviceKey:
    """Read a device's name.

    >>> device_key("NVIDIA H100 SXM5 80GB").core, device_key("RTX4090") == device_key("RTX 4090")
    (('h100',), True)
    """
    text = name.casefold()
    stated = _MEMORY.search(text)
    # A name that is a memory size and nothing else keeps it as its core.
    text = _MEMORY.sub(" ", text) if stated and _MEMORY.sub("", text).strip() else text
    words = [part for word in _WORD.findall(text) for part in _split(word)]
    core = [w for w in words if w not in _MAKERS and w not in _VARIANTS]
    return DeviceKey(
        tuple(sorted(core)) or tuple(sorted(words)),
        frozenset(w for w in words if w in _VARIANTS),
        int(stated[1]) if stated else None,
    )


def _split(word: str) -> list[str]:
    word = word.strip(".")
    if not word:
        return []
    if _SOCKET.match(word):
        return ["sxm"]
    glued = _GLUED.match(word)
    if glued:
        return [glued[1], *_split(glued[2])]
    suffixed = _SUFFIXED.match(word)
    return [suffixed[1], suffixed[2]] if suffixed else [word]


def is_known(name: str, known: Iterable[str]) -> bool:
    """Say whether ``name`` is a device or a family of the known names.

    >>> is_known("h100", ["H100 SXM"]), is_known("H1000", ["H100 SXM"])
    (True, False)
    """
    asked = device_key(name)
    return any(device_key(item).serves(asked) for item in known)


def suggest_device(name: str, known: Iterable[str]) -> str | None:
    """Return the known device that is most like ``name``.

    >>> suggest_device("H10O", ["H100 SXM", "A100 SXM"])
    'H100'
    """
    families = {" ".join(device_key(item).core).upper() for item in known}
    return did_you_mean(name, [*families, *known])


def find_device(name: str, known: Mapping[str, str]) -> str | None:
    """Return the id of the one known device that ``name`` means; None when none or several do.

    Args:
        name: as a provider writes it.
        known: device id → name.

    >>> find_device("NVIDIA H100 SXM5", {"h100-sxm": "H100 SXM", "h100-pcie": "H100 PCIe"})
    'h100-sxm'
    """
    asked = device_key(name)
    fits = {i: device_key(text) for i, text in known.items() if asked.core == device_key(text).core}
    same = [i for i, key in fits.items() if key.variants == asked.variants]
    # "H100" alone leaves open which build it is, unless only one build is known.
    wider = [i for i, key in fits.items() if key.serves(asked)]
    found = same if len(same) == 1 else wider
    return found[0] if len(found) == 1 else None
