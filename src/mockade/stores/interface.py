"""What a store of worlds is asked, whichever engine it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

TURN, LONGEST_TURN = 0.2, 10.0
"""Seconds that one who was overtaken has for his turn, at least and at most: by then he has ended."""

TURN_BYTES = 2_000_000
"""Of changes, for which a turn is a second longer: they are made again, written, sent and taken."""

KEPT_CHANGES = 1000
"""Changes that are kept behind a snapshot: who is not further behind need not load the world again."""

FORMAT = 1
"""Of what is kept in a store. A store of another format is not read."""


class StoreError(Exception):
    """The store cannot be asked, or cannot take more. The message is a sentence."""


class StoreFull(StoreError):
    """The store takes no more, and answers what only reads."""


class StoreRefuses(StoreError):
    """The store is there, and does not do what it is asked."""


class WorldDamaged(StoreError):
    """What the store has of one world is not as it was written; others are as they were."""


class WrongStore(Exception):
    """What is in the store is not ours, or not of these files. The message says what to do."""


class Commit(NamedTuple):
    """What one worker has to say of one world: where it thinks that the world is, and what it adds."""

    world: str
    epoch: str
    """Which world of that name: one that is deleted and made again has another."""
    version: int
    changes: Sequence[bytes] = ()
    """Each makes the version one more. Without any it is the question whether the version is the last one."""
    entries: int = 0
    """How many numbers of the journal are wanted."""
    who: str = ""
    """Which worker says it."""
    was_overtaken: bool = False
    """Whether others were first with its changes before: then it has its turn next."""

    @property
    def turn(self) -> float:
        """Seconds for which it is to have its turn if it comes too late again."""
        if not self.was_overtaken:
            return 0.0
        return min(TURN + sum(map(len, self.changes)) / TURN_BYTES, LONGEST_TURN)


class Committed(NamedTuple):
    """The world was at that version, and has the changes now."""

    first: int
    """The first of the journal's numbers that were wanted."""
    last: int
    """The last number of the journal that was given to anybody."""


class Behind(NamedTuple):
    """Others have changed the world, and nothing was added."""

    changes: Sequence[bytes]
    """What is missing, the oldest first; empty where the world has to be loaded again."""


class Busy(NamedTuple):
    """Another has its turn, which was overtaken before: to be asked again in a moment. Nothing was added."""


class Gone(NamedTuple):
    """There is no such world any more, or another of that name."""


class Failed(NamedTuple):
    """The store takes nothing of this world: nothing was added."""

    error: StoreFull | WorldDamaged
    """What other methods raise then."""


Answer = Committed | Behind | Busy | Gone | Failed
"""What the store says of a commit."""


class LoadedWorld(NamedTuple):
    """A world as the store has it: its baseline, and what became of it since."""

    epoch: str
    version: int
    baseline: bytes
    """The difference from an empty world."""
    snapshot: bytes
    """The difference from the baseline to what a version was; empty for the baseline itself."""
    changes: Sequence[bytes]
    """Those since the snapshot."""
    last: int
    """The last number of the journal that was given."""


class Entry(NamedTuple):
    """An entry of a world's journal, numbered, as bytes."""

    number: int
    data: bytes


class Numbers(NamedTuple):
    """Those of a world's journal, and when it was used."""

    begin: int
    """The last one before the first that was given, or before the oldest that is kept."""
    last: int
    """The last one that was given to anybody."""
    idle: float
    """Seconds since somebody last used the world."""


class WorldStore(Protocol):
    """Keeps worlds as versions: a log of changes, and now and then a snapshot.

    Every method raises StoreError, within about a second, where the store cannot be asked, and those that are
    asked about one world raise WorldDamaged where what there is of it cannot be read.
    """

    async def start(self, files: str) -> None:
        """Begin to use it. `files` is a fingerprint of the contracts and rows that worlds are made of.

        Raises WrongStore where it holds worlds of another format or of other files.
        """

    async def names(self) -> list[str]:
        """The worlds that there are."""

    async def load(self, world: str) -> LoadedWorld | None:
        """A world whole, None where it is not there."""

    async def create(
        self,
        world: str,
        baseline: bytes,
        changes: Sequence[bytes],
        begin: int = 0,
        entries: int = 0,
        instead_of: str = "",
    ) -> LoadedWorld | None:
        """A new world; None where there is one of its name.

        Its journal goes on after the number `begin`, and the next `entries` are given to who makes it.

        With an epoch it takes the place of the world of that epoch in one step; None where there is none.
        """

    async def delete(self, world: str) -> bool:
        """Whether it was there."""

    async def delete_idle(self, seconds: float, spared: str) -> list[str]:
        """Delete the worlds that nobody has asked for so long, but for one; their names."""

    async def commit(self, commits: Sequence[Commit]) -> list[Answer]:
        """For each world, all or nothing: its changes are added if it is at that version still."""

    async def keep_snapshot(self, world: str, epoch: str, version: int, snapshot: bytes) -> None:
        """Keep what a version of the world was, as the difference to the baseline, and let old changes go."""

    async def claim(self, world: str, what: str, who: str, seconds: float) -> bool:
        """Whether `who` alone may do something for so long: false where another has claimed it."""

    async def release(self, world: str, what: str, who: str) -> None:
        """Give a claim back, if it is still one's own."""

    async def add_entries(
        self, world: str, epoch: str, entries: Sequence[Entry], capacity: int, budget: int
    ) -> None:
        """Add to a world's journal, of which about `capacity` are kept, and `budget` bytes."""

    async def entries_after(self, world: str, epoch: str, place: str) -> tuple[list[Entry], str] | None:
        """The next entries behind a place, in the order in which they came, and the place after them.

        The first place is empty. Without entries there are no more; None where there is no such world any
        more, or another of that name.
        """

    async def numbers(self, world: str, epoch: str) -> Numbers:
        """Those that were given in its journal, zeros where there is no such world."""

    async def close(self) -> None:
        """Let go of connections."""
