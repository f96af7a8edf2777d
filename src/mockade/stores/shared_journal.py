"""The journal of a world that several processes share: what this one enters, and what it has read of all."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Sequence

from mockade.errors import Refusal
from mockade.settings import CAPACITY
from mockade.state.clock import steady_time
from mockade.state.state import State
from mockade.stores.entries import decode_entry
from mockade.stores.interface import Entry, Numbers
from mockade.worlds.journal import Exchange, ExchangeListener, Journal

MOST_STATES = 1000
"""The states before entries of this process that are kept to go back to; others are not known here."""

MOST_UNSENT = 16 * 1024 * 1024
"""Bytes of entries that wait to be sent to the store, and as many for a number; the oldest give way."""

HOLE = 1.0
"""Seconds that an entry is waited for whose number was given: who was to enter it has ended by then."""

LOST = "The process that answered this ended before it could enter it."


class SharedJournal(Journal):
    """The journal of this process's copy of a world.

    Numbers are given by the store. What happens here is sent there in batches, and comes back with what the
    other processes have sent once somebody reads: then `exchanges` grow, in the order of their numbers.
    """

    __slots__ = (
        "_arrived",
        "_counted_to",
        "_forgotten",
        "_listener",
        "_missed",
        "_own",
        "begins_after",
        "numbers",
        "place",
        "unnumbered",
        "unnumbered_bytes",
        "unsent",
        "unsent_bytes",
    )

    def __init__(self, capacity: int = CAPACITY, on_entry: ExchangeListener | None = None) -> None:
        super().__init__(capacity)
        self._listener = on_entry
        self._own: OrderedDict[int, State | None] = OrderedDict()
        """What this process entered and has not read yet, by number, with the state before it."""
        self._counted_to = 0
        """Up to which number it is not known any more which entries are this process's own."""
        self.unnumbered: list[Exchange] = []
        """What was entered and has no number yet: while the store is away, each request."""
        self.unnumbered_bytes = 0
        self.unsent: deque[Exchange] = deque()
        """What waits to be sent to the store."""
        self.unsent_bytes = 0
        self.begins_after = 0
        """The last number before the first one, where it is new."""
        self.numbers: Numbers | None = None
        """Those that were given when the store was last asked."""
        self.place = ""
        """Up to where the store's entries were read."""
        self._arrived: dict[int, Exchange] = {}
        self._forgotten = 0
        """Up to which number the store may have let entries go; later ones that are not there are to come."""
        self._missed = 0.0
        """Since when the next entry is missed, while later ones are there; 0 where it is not."""

    def no_state(self, number: int) -> Refusal:
        """Ends the connection, so that who sends it again may reach another process."""
        message = (
            f"This process does not keep the state before entry {number}: another that shares the world "
            "answered it, or it is an old one. Send the request again over another connection, to reach "
            "another process, or go back to a snapshot."
        )
        return Refusal(404, "no_state", message, headers={"Connection": "close", "Retry-After": "0"})

    def begin_after(self, number: int) -> None:
        self.begins_after = number

    def begin(self, epoch: str, last: int) -> None:
        """Be the journal of another world of that name, or of the first, or go on with the same.

        `last` is the last number that was given in it: of a store that has lost some they are given again,
        and what has them here is not in its journal.
        """
        if self._mark == epoch and not self._knows_beyond(last):
            return
        self._mark = epoch
        self.exchanges.clear()
        self.unsent.clear()
        self.unsent_bytes = 0
        self._own.clear()
        self._arrived.clear()
        self.bytes = self.last = 0
        self.place, self.numbers, self._missed = "", None, 0.0
        self._counted_to = 0
        self.written.clear()
        self._wake()

    def _knows_beyond(self, last: int) -> bool:
        unsent = self.unsent[-1].id if self.unsent else 0
        return max(self.last, next(reversed(self._own), 0), unsent) > last

    def append(self, exchange: Exchange) -> None:
        """Enter an exchange, which the store has numbered or will number."""
        exchange.weight = exchange.size()
        if not exchange.id:
            self.unnumbered.append(exchange)
            self.unnumbered_bytes += exchange.weight
            if self.unnumbered_bytes > MOST_UNSENT:
                self._keep_unnumbered(self.unnumbered)
            return
        if exchange.violations:
            exchange.violations = [violation.brief() for violation in exchange.violations]
        if exchange.notices:
            exchange.notices = [notice.brief() for notice in exchange.notices]
        if self._listener is not None:
            self._listener(exchange)
        if not self.capacity:
            return
        self._own[exchange.id] = exchange.before
        while len(self._own) > self.capacity:
            self._counted_to, _ = self._own.popitem(last=False)
        if exchange.id - MOST_STATES in self._own:
            self._own[exchange.id - MOST_STATES] = None
        self.unsent.append(exchange)
        self.unsent_bytes += exchange.weight
        while self.unsent_bytes > MOST_UNSENT and len(self.unsent) > 1:
            self.unsent_bytes -= self.unsent.popleft().weight

    def take_unnumbered(self) -> list[Exchange]:
        taken, self.unnumbered, self.unnumbered_bytes = self.unnumbered, [], 0
        return taken

    def give_back(self, exchanges: Sequence[Exchange]) -> bool:
        """Have those numbered after all that were requests: what was undone with the state never happened.

        Whether there was such a one among those that nobody had taken.
        """
        happened = any(not one.method for one in self.unnumbered)
        self._keep_unnumbered([one for one in (*exchanges, *self.unnumbered) if one.method])
        return happened

    def put_back(self, exchanges: Sequence[Exchange]) -> None:
        """Have those numbered later that were taken, before what came since."""
        self._keep_unnumbered([*exchanges, *self.unnumbered])

    def _keep_unnumbered(self, exchanges: list[Exchange]) -> None:
        """Half of the oldest give way at once: it would be a look at all of them for each that comes."""
        weights = [one.weight for one in exchanges]
        size, at = sum(weights), 0
        if size > MOST_UNSENT:
            while size > MOST_UNSENT // 2 and at < len(exchanges) - 1:
                size -= weights[at]
                at += 1
        self.unnumbered, self.unnumbered_bytes = exchanges[at:], size

    def take_unsent(self, most: int) -> list[Exchange]:
        """The oldest of what waits to be sent."""
        taken = [self.unsent.popleft() for _ in range(min(most, len(self.unsent)))]
        self.unsent_bytes -= sum(one.weight for one in taken)
        return taken

    def send_again(self, exchanges: Sequence[Exchange]) -> None:
        """Keep what could not be sent."""
        self.unsent.extendleft(reversed(exchanges))
        self.unsent_bytes += sum(one.weight for one in exchanges)

    def take_numbers(self, numbers: Numbers) -> None:
        """Know which there are; what the store has let go of before it was read here never comes."""
        self.numbers = numbers
        if self.place and numbers.begin > self.last:
            self.exchanges.clear()
            self.bytes, self.last = 0, numbers.begin
            self._arrived = {number: one for number, one in self._arrived.items() if number > self.last}
            self._keep_arrived()

    def expect(self, numbers: Numbers) -> None:
        """Before anything is read: the numbers that were given. The store keeps about the newest entries."""
        self.last = numbers.begin
        self._forgotten = max(numbers.begin, numbers.last - self.capacity)

    def read_on(
        self, world: str, entries: Sequence[Entry], place: str, count: Callable[[Exchange], None]
    ) -> None:
        """Take what the store has of a world's, up to a place; `count` is called with what others entered."""
        for number, data in entries:
            if number <= self.last:
                continue  # it was taken for lost
            try:
                exchange = decode_entry(data)
            except ValueError as error:  # others are read all the same
                exchange = Exchange("", "", world, id=number, answered_by="mockade", reason=str(error))
            if number in self._own:
                exchange.before = self._own.pop(number)
            elif exchange.method and number > self._counted_to:
                count(exchange)
            self._arrived[number] = exchange
        if not self.place and self._arrived:
            self.last = min(min(self._arrived) - 1, self._forgotten)
        self.place = place
        self._keep_arrived()

    def _keep_arrived(self) -> None:
        while (exchange := self._arrived.pop(self.last + 1, None)) is not None:
            self._missed = 0.0
            super().append(exchange)

    def count(self) -> int:
        """About how many entries the store keeps; exactly where all are read."""
        if self.numbers is None or self.is_read_to(self.numbers.last):
            return len(self)
        return min(self.capacity, self.numbers.last - self.numbers.begin)

    def is_read_to(self, number: int) -> bool:
        """Whether the entries up to that number are there."""
        return self.last >= number

    def give_up_on_holes(self, *, at_once: bool = False) -> None:
        """Say of each entry that has not come for long, while later ones are there, that it is lost."""
        if not self._arrived:
            return
        now = steady_time()
        self._missed = self._missed or now
        if now - self._missed < HOLE and not at_once:
            return
        for number in range(self.last + 1, max(self._arrived)):
            if number not in self._arrived:
                world = next(iter(self._arrived.values())).world
                self._arrived[number] = Exchange("", "", world, answered_by="mockade", reason=LOST)
        self._keep_arrived()
