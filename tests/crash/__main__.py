"""Kill a registry's work at random moments: `python -m tests.crash [--kills 200] [--home postgresql] [--seed 1]`."""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random

from tests.crash.days import DAYS
from tests.crash.kills import Kill, Undisturbed
from tests.crash.places import Place, place_at
from tests.homes import POSTGRESQL, SQLITE

LARGE_ONE_IN = 10  # kills that a day with a large file gets
GO_ON_ONE_IN = 20  # after so many kills, the day is lived to its end


def killed(day: str, kills: int, seed: int, place: Place) -> list[Kill]:
    """Kill the steps of a day in turn, each at a moment of chance."""
    undisturbed = Undisturbed.lived(place, day)
    random, done = Random(f"{seed}/{day}"), []
    for number in range(kills):
        step = number % len(DAYS[day])
        kill = undisturbed.kill(step, random)
        if number % GO_ON_ONE_IN == GO_ON_ONE_IN - 1:
            kill = kill._replace(faults=(*kill.faults, *undisturbed.go_on(step)))
        done.append(kill)
    return done


def _moments(of: list[Kill]) -> str:
    """How many of the kills came before, and how many after the step was done."""
    moments = Counter(
        "after it was acknowledged" if kill.acknowledged else "after its commit" if kill.whole else "before its commit"
        for kill in of
    )
    return ", ".join(f"{count} {moment}" for moment, count in sorted(moments.items()))


def main() -> int:
    """Kill, and tell what was found; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description="Kill a registry's work.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--home", choices=(SQLITE, POSTGRESQL), default=SQLITE)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    large = asked.kills // LARGE_ONE_IN
    done: list[Kill] = []
    for day, kills in (("small", asked.kills - large), ("large", large)):
        with tempfile.TemporaryDirectory(prefix="crash-") as room, place_at(asked.home, Path(room)) as place:
            done += killed(day, kills, asked.seed, place)
    for kill in done:
        if kill.faults:
            sys.stdout.write(f"{kill.step}, killed after {kill.after:.3f} s: {'; '.join(kill.faults)}\n")
    for step in dict.fromkeys(kill.step for kill in done):
        sys.stdout.write(f"{step}: {_moments([kill for kill in done if kill.step == step])}\n")
    faulty = sum(bool(kill.faults) for kill in done)
    sys.stdout.write(f"{len(done)} kills, {asked.home}: {_moments(done)}; {faulty} with faults\n")
    return 1 if any(kill.faults for kill in done) else 0


if __name__ == "__main__":
    sys.exit(main())
