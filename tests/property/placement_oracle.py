"""A plain book of what lies where, which shares no code with the placement it checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from entrepot.domain.grid.model import Nodes, Requests

MILLI = 1000


@dataclass
class Book:
    """What is taken of every node and device."""

    nodes: Nodes
    requests: Requests
    cpu: dict[int, int] = field(default_factory=dict)
    memory: dict[int, int] = field(default_factory=dict)
    milli: dict[tuple[int, int], int] = field(default_factory=dict)
    spare: dict[tuple[int, int], int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def put(self, request: int, node: int, devices: Sequence[int], sign: int = 1) -> None:
        """Book a request, or take it out again, and note every rule that is broken."""
        asked, all_ = self.requests, self.nodes
        self.cpu[node] = self.cpu.get(node, 0) + sign * int(asked.cpu_milli[request])
        self.memory[node] = self.memory.get(node, 0) + sign * int(asked.memory_mib[request])
        if self.cpu[node] > all_.cpu_milli[node] or self.memory[node] > all_.memory_mib[node]:
            self.faults.append("CPU or memory sold twice")
        if len(devices) != asked.devices[request]:
            self.faults.append("wrong number of devices")
        if devices and not (int(asked.models[request]) >> int(all_.model[node])) & 1:
            self.faults.append("wrong model")
        share = int(asked.milli[request])
        if devices and share < MILLI and all_.strength[node] < asked.strength[request]:
            self.faults.append("isolation too weak")
        for device in devices:
            if not 0 <= device < all_.devices[node]:
                self.faults.append("no such device")
            key = (node, device)
            self.milli[key] = self.milli.get(key, 0) + sign * share
            memory = sign * int(asked.device_memory_mib[request])
            self.spare[key] = self.spare.get(key, 0) + memory
            if not 0 <= self.milli[key] <= MILLI:
                self.faults.append("device sold twice")
            if not 0 <= self.spare[key] <= all_.device_memory_mib[node]:
                self.faults.append("device memory sold twice")

    def could_hold(self, request: int, node: int) -> bool:
        """Say whether a request would fit on a node, by the book alone."""
        asked, all_ = self.requests, self.nodes
        cpu = int(all_.cpu_milli[node]) - self.cpu.get(node, 0)
        memory = int(all_.memory_mib[node]) - self.memory.get(node, 0)
        if cpu < asked.cpu_milli[request] or memory < asked.memory_mib[request]:
            return False
        need, share = int(asked.devices[request]), int(asked.milli[request])
        if need == 0:
            return True
        right = (int(asked.models[request]) >> int(all_.model[node])) & 1
        strong = share == MILLI or all_.strength[node] >= asked.strength[request]
        if not right or not strong:
            return False
        free = [
            device
            for device in range(int(all_.devices[node]))
            if MILLI - self.milli.get((node, device), 0) >= share
            and int(all_.device_memory_mib[node]) - self.spare.get((node, device), 0)
            >= asked.device_memory_mib[request]
        ]
        return len(free) >= need


def devices_of(bits: int) -> list[int]:
    """Return the devices that stand as bits."""
    return [device for device in range(64) if (bits >> device) & 1]
