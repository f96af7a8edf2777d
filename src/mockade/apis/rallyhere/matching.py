"""Matchmaking: which waiting groups make a match; on plain values, without a call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .compatibility import play_together, same_version
from .membership import Player


class Group(NamedTuple):
    """A session that waits, with the players in it."""

    session_id: str
    ticket_id: str
    players: Sequence[Player]


def fit(one: Group, other: Group, *, exact: bool) -> bool:
    """Whether two groups can play together: versions, crossplay, and nobody in both of them."""
    return all(
        first["player_uuid"] != second["player_uuid"]
        and play_together(first, second)
        and ("version" not in first or "version" not in second or _same(first, second, exact=exact))
        for first in one.players
        for second in other.players
    )


def match(
    groups: Sequence[Group], *, teams: int, size: int, players: int, exact: bool
) -> list[list[Group]] | None:
    """The teams of a match of just so many players, or None; who comes first in `groups` is asked first.

    A group goes whole into the team with the fewest players. Where nothing can be made with the first one,
    the next may be luckier.
    """
    for first in range(len(groups)):
        sides: list[list[Group]] = [[] for _ in range(teams)]
        for group in groups[first:]:
            side = min(sides, key=_count)
            inside = [one for other in sides for one in other]
            if (
                _count(side) + len(group.players) <= size
                and sum(map(_count, sides)) + len(group.players) <= players
                and all(fit(group, one, exact=exact) for one in inside)
            ):
                side.append(group)
        if sum(map(_count, sides)) == players > 0:
            return sides
    return None


def _count(side: Sequence[Group]) -> int:
    return sum(len(group.players) for group in side)


def _same(one: Player, other: Player, *, exact: bool) -> bool:
    return same_version(one["version"], other["version"], exact=exact)
