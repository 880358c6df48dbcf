"""Replay seeds of the agents' world: ``python -m tests.faults.agent_seed 17 18``."""

from __future__ import annotations

import sys

from tests.faults.agent_world import lived

if __name__ == "__main__":
    for word in sys.argv[1:]:
        print(word, lived(int(word)))
