"""The tree of a regular expression, and the characters that texts are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

Ranges = tuple[tuple[int, int], ...]
"""Code points, as ascending ranges that include both ends."""

LAST = 0x10FFFF
UNBOUNDED = 1 << 30
"""The most repetitions, or characters, of what has no bound."""


@dataclass(frozen=True)
class Characters:
    """One character of a set."""

    ranges: Ranges

    least = 1

    @cached_property
    def pool(self) -> str:
        """The characters that texts are made of: letters and digits where the set has any."""
        ranges = self.ranges

        def admitted(options: str) -> str:
            return "".join(one for one in options if any(low <= ord(one) <= high for low, high in ranges))

        lower, upper, digits = map(admitted, (_LOWER, _UPPER, _DIGITS))
        if len(lower) == len(_LOWER):
            wide = any(high > 0x7F for _, high in ranges)
            return lower if wide else lower + digits
        if lower or upper or digits:
            return lower + upper + digits
        printable = admitted("".join(map(chr, range(32, 127))))
        if printable:
            return printable
        return (
            "".join(chr(code) for low, high in ranges[:4] for code in range(low, min(high, low + 25) + 1))
            or ""
        )


@dataclass(frozen=True)
class Chain:
    """Parts one after the other."""

    parts: tuple[Pattern, ...]

    @cached_property
    def least(self) -> int:
        return sum(part.least for part in self.parts)


@dataclass(frozen=True)
class Alternation:
    """One of several options."""

    options: tuple[Pattern, ...]

    @cached_property
    def least(self) -> int:
        return min(option.least for option in self.options)


@dataclass(frozen=True)
class Repeat:
    part: Pattern
    minimum: int
    maximum: int

    @cached_property
    def least(self) -> int:
        return min(self.part.least * self.minimum, UNBOUNDED)


@dataclass(frozen=True)
class Group:
    """A part that a back-reference may repeat, by number or by name."""

    names: tuple[str, ...]
    part: Pattern

    @property
    def least(self) -> int:
        return self.part.least


@dataclass(frozen=True)
class Back:
    """The text of an earlier group again."""

    name: str

    least = 0


@dataclass(frozen=True)
class Look:
    """A lookahead or lookbehind; it takes no characters."""

    part: Pattern
    ahead: bool
    positive: bool

    least = 0


@dataclass(frozen=True)
class Anchor:
    """`^`, `$`, `b` or `B`."""

    kind: str

    least = 0


Pattern = Characters | Chain | Alternation | Repeat | Group | Back | Look | Anchor

_LOWER = "abcdefghijklmnopqrstuvwxyz"
_UPPER = _LOWER.upper()
_DIGITS = "0123456789"
