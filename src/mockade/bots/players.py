"""All players of a script in one world: who is next, and what happens when one cannot go on."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from mockade.bots.contracts import Contracts
from mockade.bots.player import Act, Answer, Player, ScriptFailure, UnexpectedAnswer
from mockade.bots.requests import Request
from mockade.bots.script import Minted, Script
from mockade.hints import did_you_mean
from mockade.state.clock import duration

AGAIN = 10.0
"""Seconds of the world's time after which a player begins anew who could not go on."""

_OVER = frozenset({401, 403, 404, 410})
"""With what those are answered whose token is over, or who ask for what is."""

_SLACK = 0.001
"""Seconds that the world's time, which is told in milliseconds, may lie behind."""


class PlayedWorld(Protocol):
    """The world in which is played, as players need it."""

    def begin(self) -> None:
        """Players begin: what came before is nothing to them."""

    def now(self) -> float:
        """Its time, in seconds since 1970."""

    def advance(self, seconds: float) -> None:
        """Move its clock forward."""

    def send(self, request: Request, player: str) -> Answer:
        """Raises ConnectionError where no answer comes, and ServerGone where there is no server any more."""

    def mint(self, minted: Minted) -> Mapping[str, Any]:
        """A new credential: its `secret` and its `caller`. Raises ScriptFailure where it is refused."""

    def reason(self, request: Request, answer: Answer) -> str:
        """What was sent and answered, and why, in lines."""

    def set_back(self) -> str:
        """That the world was brought back to some earlier state since the last time, in words; else empty."""


class ServerGone(Exception):
    """The server cannot be reached any more."""


def ignore(_fact: object) -> None:
    """Ignores what it is called with."""


class Players:
    """The players of a script. They do nothing before `act` or `advance` is called.

    `acts` are all requests so far. Those that are due at the same moment are done in the players' order, one
    after the other, so that the same script, seed and world give the same requests.
    """

    def __init__(
        self,
        script: Script,
        contracts: Contracts,
        world: PlayedWorld,
        *,
        seed: int = 0,
        keep_going: bool = False,
        on_act: Callable[[Act], object] | None = None,
        on_note: Callable[[str], object] = ignore,
    ) -> None:
        """`on_act` is called with each act, `on_note` with a sentence about what else is worth knowing.

        Without an `on_act` they are kept in `acts`.
        """
        self.acts: list[Act] = []
        self._script = script
        self._world = world
        self._keep_going = keep_going
        self._on_act = on_act or self.acts.append
        self._on_note = on_note
        numbers = range(1, script.roster.count + 1)
        self._players = [
            Player(number, script, contracts, world.send, seed, self._others) for number in numbers
        ]
        self._queue: list[tuple[float, int]] = []
        """When each player is due who is not done, and which."""
        self._programs: dict[int, Iterator[Act | float]] = {}
        self._now = -math.inf
        """The world's time when it was last asked."""

    def __len__(self) -> int:
        return len(self._players)

    def __iter__(self) -> Iterator[Player]:
        return iter(self._players)

    def __getitem__(self, name: str) -> Player:
        """The player of that name. Raises LookupError, with the nearest name."""
        for player in self._players:
            if player.name == name:
                return player
        raise LookupError(f"No player is called {name!r}. {did_you_mean(name, self.names)}")

    @property
    def names(self) -> list[str]:
        return [player.name for player in self._players]

    @property
    def next_due(self) -> float | None:
        """When the next act is due, in seconds since 1970; None where nobody goes on."""
        return self._queue[0][0] if self._queue else None

    def start(self) -> None:
        """Give all players what they come with, and let them begin now: also anew, in a world that is."""
        self._world.begin()
        self._now = self._world.now()
        self._queue.clear()
        for player in self._players:
            self._begin(player, self._now)

    def act(self, now: float) -> None:
        """Do all that is due at `now`, the world's time, in order.

        Raises ScriptFailure where a player cannot go on, and ServerGone.
        """
        if now < self._now - _SLACK:  # the clock was set back: what is due comes as much earlier
            self._queue = [(due - (self._now - now), number) for due, number in self._queue]
        self._now = now
        if self._is_due():  # asked once a look: who is told 404 as expected would never notice
            self._begins_anew()
        while self._is_due():
            due, number = self._queue[0]
            self._go_on(self._players[number - 1], due)

    def advance(self, by: str | float) -> list[Act]:
        """Move the world's clock by a duration such as `1m30s`, and do what is due on the way at its moment.

        Returns what was done. The clock should be frozen, or it goes on meanwhile by itself.
        """
        first = len(self.acts)
        if self._now == -math.inf:
            self.start()
        at = self._world.now()
        until = at + (duration(by) if isinstance(by, str) else by)
        while True:
            self.act(at)
            due = self.next_due
            following = until if due is None else min(due, until)
            if following > at:
                self._world.advance(following - at)
                at = following
            if at >= until and (due is None or due > until):
                return self.acts[first:]

    def leave(self) -> None:
        """Let all who are in leave, as the script says; they do nothing more. What goes wrong is noted."""
        self._queue.clear()
        for player in self._players:
            player.moment = max(self._now, player.moment)
            try:
                for done in player.leaving():
                    self._tell(done)
            except ScriptFailure as failure:
                self._on_note(self._explained(failure))

    def _begin(self, player: Player, moment: float) -> None:
        credentials, caller = {}, ""
        for scheme, given in self._script.roster.credentials.items():
            if isinstance(given, Minted):
                minted = self._world.mint(given)
                credentials[scheme], caller = str(minted["secret"]), str(minted["caller"])
            elif isinstance(given, str):
                credentials[scheme] = given
            else:
                credentials[scheme] = given[player.number - 1]
        player.begin(credentials, caller)
        self._programs[player.number] = player.program()
        heapq.heappush(self._queue, (moment, player.number))

    def _go_on(self, player: Player, due: float) -> None:
        """Let a player act until it waits, who is the first of the queue."""
        player.moment = due
        try:
            for done in self._programs[player.number]:
                if isinstance(done, float):
                    heapq.heapreplace(self._queue, (round(due + done, 3), player.number))
                    return
                self._tell(done)
            heapq.heappop(self._queue)
        except ScriptFailure as failure:
            self._fail(player, due, failure)

    def _fail(self, player: Player, due: float, failure: ScriptFailure) -> None:
        """Begin anew in a world that was set back; else raise, or let this player begin anew later."""
        if self._begins_anew():
            return
        explained = self._explained(failure)
        if self._is_too_late(due, failure):
            self._on_note(f"{explained}\nThe clock was advanced past what {player.name} had: it begins anew.")
            heapq.heappop(self._queue)
            self._begin(player, self._now)
            return
        if not self._keep_going:
            raise ScriptFailure(failure.place, explained.removeprefix(f"{failure.place}: ")) from None
        self._on_note(f"{explained}\n{player.name} begins anew in {AGAIN:g} seconds of the world's time.")
        heapq.heappop(self._queue)
        self._begin(player, due + AGAIN)

    def _is_due(self) -> bool:
        return bool(self._queue) and self._queue[0][0] <= self._now + _SLACK

    def _begins_anew(self) -> bool:
        """Let all begin anew in a world that was set back; whether it was."""
        was_set_back = self._world.set_back()
        if was_set_back:
            self._on_note(f"{was_set_back}: the players begin anew.")
            self.start()
        return bool(was_set_back)

    def _is_too_late(self, due: float, failure: ScriptFailure) -> bool:
        """Whether time leapt over the act's moment, and with it over what the player would act with."""
        is_over = isinstance(failure, UnexpectedAnswer) and failure.answer.status in _OVER
        return is_over and self._now - due > AGAIN

    def _explained(self, failure: ScriptFailure) -> str:
        if not isinstance(failure, UnexpectedAnswer):
            return str(failure)
        return f"{failure}\n{self._world.reason(failure.request, failure.answer)}"

    def _tell(self, done: Act | float) -> None:
        if isinstance(done, Act):
            self._on_act(done)

    def _others(self, player: Player) -> Sequence[Mapping[str, Any]]:
        """The other players who are in, as expressions see them."""
        return [
            {**one.outputs, "name": one.name, "number": one.number, "caller": one.caller}
            for one in self._players
            if one is not player and one.is_in
        ]
