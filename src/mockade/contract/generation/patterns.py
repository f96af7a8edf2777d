"""Texts that match a regular expression."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from mockade.contract.generation.draws import Draws
from mockade.contract.generation.pattern_parser import Parser
from mockade.contract.generation.pattern_tree import (
    UNBOUNDED,
    Alternation,
    Anchor,
    Back,
    Chain,
    Characters,
    Group,
    Look,
    Pattern,
    Repeat,
)

LONGEST = 20_000
"""Characters of a text that is made; what asks for more is not solved."""
_TRY = 10
"""Units of a budget that a text costs besides its parts: it is checked."""


@lru_cache(maxsize=4096)
def parsed(expression: str) -> Pattern | None:
    """The tree of an expression, None when it is none that we read."""
    try:
        return Parser(expression).parse()
    except (ValueError, RecursionError):
        return None


def matching_text(
    expression: str,
    draws: Draws,
    fits: Callable[[str], bool],
    least: int = 0,
    most: int | None = None,
    tries: int = 30,
) -> str | None:
    """A text of `least` to `most` characters that matches `expression` and that `fits` admits.

    None where none of `tries` did.
    Lookaheads are not solved but tried: what one asks for is written over a part of the text.
    """
    pattern = parsed(expression)
    if pattern is None or pattern.least > LONGEST:
        return None
    upper = UNBOUNDED if most is None else most
    for turn in range(tries):
        # Short texts first, where the bounds leave a choice.
        target = max(least, min(upper, pattern.least + draws.below(9)))
        if turn > tries // 2:
            target = max(least, min(upper, pattern.least + draws.below(40)))
        draws.spend(_TRY)
        text = _Writer(draws, asked=turn % 3 != 0).whole(pattern, target)
        text = _padded(text, pattern, least)
        if len(text) >= least and len(text) <= upper and fits(text):
            return text
    return None


def _padded(text: str, pattern: Pattern, least: int) -> str:
    """`text` with letters added, where the expression leaves an end open."""
    if len(text) >= least:
        return text
    parts = pattern.parts if isinstance(pattern, Chain) else ()
    if not any(isinstance(part, Anchor) and part.kind == "$" for part in parts):
        return text.ljust(least, "a")
    if not any(isinstance(part, Anchor) and part.kind == "^" for part in parts):
        return text.rjust(least, "a")
    return text


class _Writer:
    """Writes one text. `asked` says whether what lookaheads ask for is written too."""

    def __init__(self, draws: Draws, *, asked: bool) -> None:
        self.draws = draws
        self.asked = asked
        self.groups: dict[str, str] = {}
        self.wanted: list[str] = []

    def whole(self, pattern: Pattern, length: int) -> str:
        text = self.text(pattern, max(0, length - pattern.least))
        if self.asked and self.wanted and text:
            text = self._with_wanted(text)
        return text

    def _with_wanted(self, text: str) -> str:
        """`text` with what lookaheads ask for written over places of its own."""
        letters = list(text)
        free = self.draws.shuffled(range(len(letters)))
        for wanted in self.wanted:
            if len(wanted) == 1 and free:
                letters[free.pop()] = wanted
            elif wanted and len(wanted) <= len(letters):
                start = self.draws.below(len(letters) - len(wanted) + 1)
                letters[start : start + len(wanted)] = wanted
        return "".join(letters)

    def text(self, pattern: Pattern, spare: int) -> str:
        """A text of the pattern's least length and up to about `spare` more characters."""
        self.draws.spend(1)
        match pattern:
            case Characters():
                return self.draws.pick(pattern.pool) if pattern.pool else ""
            case Chain(parts):
                return self._chain(parts, spare)
            case Alternation(options):
                near = [one for one in options if one.least <= pattern.least + spare]
                option = self.draws.pick(near or options)
                return self.text(option, max(0, spare - (option.least - pattern.least)))
            case Repeat():
                return self._repeated(pattern, spare)
            case Group(names, part):
                text = self.text(part, spare)
                self.groups |= dict.fromkeys(names, text)
                return text
            case Back(name):
                return self.groups.get(name, "")
            case Look(part, ahead, positive):
                if ahead and positive:
                    self.wanted.append(self.text(_needed(part), 0))
        return ""

    def _chain(self, parts: tuple[Pattern, ...], spare: int) -> str:
        elastic = [at for at, part in enumerate(parts) if _is_elastic(part)]
        shares = dict.fromkeys(elastic, 0)
        left = spare
        for count, at in enumerate(elastic):
            last = count == len(elastic) - 1
            shares[at] = left if last else self.draws.below(left + 1)
            left -= shares[at]
        if len(elastic) > 1:  # the large share is not always the first one's
            amounts = self.draws.shuffled(list(shares.values()))
            shares = dict(zip(elastic, amounts, strict=True))
        return "".join(self.text(part, shares.get(at, 0)) for at, part in enumerate(parts))

    def _repeated(self, pattern: Repeat, spare: int) -> str:
        part, count = pattern.part, pattern.minimum
        size = max(1, part.least)
        most = min(pattern.maximum - count, spare // size)
        if most > 0:
            # A single character takes the length that was asked; a group stays at a few.
            more = most if isinstance(part, Characters) else self.draws.between(0, min(most, 3))
            if spare > 40:
                more = most
            count += more
            spare -= more * size
        if not count:
            return ""
        if not _is_elastic(part):
            return "".join(self.text(part, 0) for _ in range(count))
        share, rest = divmod(spare, count)
        return "".join(self.text(part, share + (rest if at == 0 else 0)) for at in range(count))


def _is_elastic(pattern: Pattern) -> bool:
    """Whether texts of the pattern differ in length."""
    match pattern:
        case Repeat(part, minimum, maximum):
            return minimum != maximum or _is_elastic(part)
        case Chain(parts):
            return any(map(_is_elastic, parts))
        case Alternation(options):
            return len({one.least for one in options}) > 1 or any(map(_is_elastic, options))
        case Group(_, part):
            return _is_elastic(part)
    return False


def _needed(pattern: Pattern) -> Pattern:
    """What a lookahead asks for behind the `.*` that it begins with."""
    if isinstance(pattern, Chain):
        parts = pattern.parts
        while parts and isinstance(parts[0], Repeat) and parts[0].minimum == 0:
            parts = parts[1:]
        return Chain(parts)
    return _needed(pattern.part) if isinstance(pattern, Group) else pattern
