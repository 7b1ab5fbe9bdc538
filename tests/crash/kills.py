"""Killing a step at a moment of chance, and what must be true afterwards."""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from random import Random
from typing import NamedTuple

from registry.errors import ClockBehind
from tests.crash import days, states
from tests.crash.places import Place

COLD = 0.4  # seconds more for the first step of a process
LATER, EARLIER = 1.25, 0.8  # times as long until the next kill of a step, after one before and one after it was done
_READY, _DONE = "ready", "done"
_PROCESSES = get_context("spawn")  # a fork would have the locks of threads that it has not


class Kill(NamedTuple):
    """One kill: of which step, after how many seconds; whether the step had been acknowledged, what is wrong."""

    step: str
    after: float
    acknowledged: bool
    whole: bool
    faults: tuple[str, ...]


class Hand:
    """A process that has imported everything and waits for a step to do."""

    def __init__(self) -> None:
        self._pipe, theirs = _PROCESSES.Pipe()
        self._process = _PROCESSES.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def begin(self, place: Place, day: str, number: int) -> None:
        """Have it begin with a step."""
        if self._pipe.recv() != _READY:
            raise RuntimeError("it could not start")
        self._pipe.send((place, day, number))

    def done(self) -> bool:
        """Wait for the end of the step; whether it was acknowledged."""
        try:
            return bool(self._pipe.recv() == _DONE)
        except (EOFError, ConnectionError):
            return False

    def kill(self) -> bool:
        """End it at once; whether the step had been acknowledged before."""
        acknowledged = self._pipe.poll()
        self._process.kill()
        self._process.join()
        return acknowledged or (self._pipe.poll() and self.done())


@dataclass
class Undisturbed:
    """A day without a kill: the state before each step and after the last, its files, about when each step is done."""

    place: Place
    day: str
    states: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    _hand: Hand = field(default_factory=Hand)  # starts while the last kill is looked at

    @classmethod
    def lived(cls, place: Place, day: str) -> "Undisturbed":
        """Live the day through in another process; its states are saved at the place."""
        hand = Hand()
        days.begin(place, day)
        lived = cls(place, day)
        lived._note()
        for number in range(len(days.DAYS[day])):
            hand.begin(place, day, number)
            begun = time.monotonic()
            if not hand.done():
                raise RuntimeError(f"undisturbed, {days.DAYS[day][number].name} fails")
            lived.seconds.append(time.monotonic() - begun + COLD)
            lived._note()
        hand.kill()
        return lived

    def _note(self) -> None:
        self.place.save(f"state-{len(self.states)}")
        self.states.append(states.digest(self.place))
        self.files.append(states.files(self.place))

    def kill(self, number: int, random: Random) -> Kill:
        """Bring back the state before a step, kill the step, look, and do it again."""
        step, before, after = days.DAYS[self.day][number], self.states[number], self.states[number + 1]
        self.place.restore(f"state-{number}")
        delay = random.uniform(0, 2 * self.seconds[number])
        hand, self._hand = self._hand, Hand()
        hand.begin(self.place, self.day, number)
        time.sleep(delay)
        acknowledged = hand.kill()
        self.place.settle()
        faults = states.faults(self.place)
        found = states.digest(self.place)
        if found not in (before, after) and not step.in_two:
            faults.append("the state is neither that before the step nor that after it")
        done = acknowledged if before == after else found == after
        self.seconds[number] *= EARLIER if done else LATER  # half of the kills come before, however busy the machine
        if acknowledged and found != after:
            faults.append("the step was acknowledged and is not there")
        if step.again or found != after:
            days.take(self.place, self.day, number)
        if states.digest(self.place) != after:
            faults.append("done again, the step ends otherwise than undisturbed")
        if states.files(self.place) != self.files[number + 1]:
            faults.append("done again, the step writes other files than undisturbed")
        faults += states.faults(self.place)
        return Kill(step.name, delay, acknowledged, found == after, tuple(faults))

    def go_on(self, number: int) -> list[str]:
        """After a kill of step `number`, live the day to its end, each step tried first by a clock that was set back;
        what differs from the undisturbed one."""
        faults = []
        for later in range(number + 1, len(days.DAYS[self.day])):
            with suppress(ClockBehind):  # what only reads is not refused
                days.take(self.place, self.day, later, set_back=timedelta(hours=1))
            if states.digest(self.place) != self.states[later]:
                faults.append(f"{days.DAYS[self.day][later].name} is recorded by a clock that was set back")
            days.take(self.place, self.day, later)
        ends = states.digest(self.place), states.files(self.place)
        return faults if ends == (self.states[-1], self.files[-1]) else [*faults, "the day ends otherwise"]


def _serve(pipe: Connection) -> None:
    while True:
        try:
            pipe.send(_READY)
            asked = pipe.recv()
        except (EOFError, ConnectionError):  # nobody is there any more
            return
        days.take(*asked)
        pipe.send(_DONE)
