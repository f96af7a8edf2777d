"""Random-looking numbers that depend on a name alone: the same in every process and on every Python."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

_MOST = 2**64


class WorkExceeded(Exception):
    """What was to be made took more work than there was budget for."""


class Budget:
    """Units of work that are left: a draw, or a part of a text, is one."""

    __slots__ = ("left",)

    def __init__(self, units: int) -> None:
        self.left = units

    def spend(self, units: int) -> None:
        """Raises WorkExceeded when less is left."""
        self.left -= units
        if self.left < 0:
            raise WorkExceeded


class Draws:
    """A sequence of 64-bit numbers, derived from a name with BLAKE2b; `child` is another one below it.

    With a `budget` each number costs a unit of it; children have the same one.
    """

    __slots__ = ("_budget", "_key", "_left", "_name", "_rounds", "_size")

    def __init__(self, name: bytes, budget: Budget | None = None) -> None:
        self._name = name
        self._budget = budget
        self._key = b""
        """A digest of the name; made when it is first needed, since many sequences are never drawn from."""
        self._left = self._size = self._rounds = 0

    @classmethod
    def of(cls, *parts: object, budget: Budget | None = None) -> Draws:
        """The sequence that these parts name."""
        return cls("\0".join(map(str, parts)).encode("utf-8", "surrogatepass"), budget)

    def child(self, step: str | int) -> Draws:
        key = self._key or self._digest()
        return Draws(b"%b%b" % (key, str(step).encode("utf-8", "surrogatepass")), self._budget)

    def spend(self, units: int) -> None:
        """Spend some of the budget on work without draws. Raises WorkExceeded."""
        if self._budget is not None:
            self._budget.spend(units)

    def _digest(self) -> bytes:
        digest = blake2b(self._name).digest()
        self._key = digest[:16]
        self._left, self._size = int.from_bytes(digest[16:], "big"), 6
        return self._key

    def number(self) -> int:
        """The next number, from 0 to 2**64 - 1. Raises WorkExceeded."""
        if self._budget is not None:
            self._budget.spend(1)
        if not self._size:
            key = self._key or self._digest()
            if not self._size:
                self._rounds += 1
                digest = blake2b(b"%b#%d" % (key, self._rounds), digest_size=48).digest()
                self._left, self._size = int.from_bytes(digest, "big"), 6
        self._size -= 1
        self._left, drawn = divmod(self._left, _MOST)
        return drawn

    def below(self, limit: int) -> int:
        return self.number() % limit

    def between(self, least: int, most: int) -> int:
        """A whole number from `least` to `most`, both included."""
        return least + self.number() % (most - least + 1)

    def pick(self, options: Sequence[T]) -> T:
        return options[self.number() % len(options)]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        rest = list(options)
        return [rest.pop(self.number() % len(rest)) for _ in range(len(rest))]

    def digits(self, size: int, alphabet: str = "0123456789") -> str:
        """A text of `size` characters of `alphabet`."""
        return "".join(self.pick(alphabet) for _ in range(size))

    def bytes(self, size: int) -> bytes:
        return b"".join(self.number().to_bytes(8, "big") for _ in range(-(-size // 8)))[:size]
