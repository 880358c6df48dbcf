"""Let seeds of the simulator happen: ``python -m tests.faults.simulate 17`` tells one of them."""

from __future__ import annotations

import argparse

from tests.faults.sim_world import World, happen, lived


def main() -> None:
    """Tell one seed, or count what is broken in many."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.simulate", description=__doc__)
    parser.add_argument("seed", type=int, help="first seed")
    parser.add_argument("--to", type=int, help="last seed; then only broken ones are named")
    asked = parser.parse_args()
    if asked.to is None:
        world = World(asked.seed)
        found = happen(world)
        print("\n".join(world.trace))
        print(f"{found.problem or 'every promise was kept'}; digest {found.digest}")
        return
    broken = 0
    for seed in range(asked.seed, asked.to + 1):
        found = lived(seed)
        broken += bool(found.problem)
        if found.problem:
            print(f"seed {seed}: {found.problem}")
    print(f"{broken} of {asked.to - asked.seed + 1} seeds break a promise")


if __name__ == "__main__":
    main()
