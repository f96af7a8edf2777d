"""Which properties of a row name another row: `ownerId`, `player_ids`, `user: {id}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from mockade.contract.name_words import split_words
from mockade.contract.vocabulary import SURE_KEYS
from mockade.crud.roles.naming import Words, noun_of

Path = tuple[str | int, ...]

_PEOPLE = ("user", "player", "account", "member", "customer", "person", "profile", "employee", "contact")
"""What the rows may be called that a role means; the first that there is counts."""

_ROLES = frozenset(
    {"owner", "creator", "author", "assignee", "reporter", "sender", "recipient", "receiver", "leader"}
    | {"master", "captain", "host", "buyer", "seller", "approver", "reviewer", "editor", "manager", "by"}
    | {"inviter", "invitee", "opponent", "winner", "loser", "friend", "admin", "moderator", "uploader"}
)
"""Words for somebody: `ownerId` is a user's, `created_by_id` too."""


_DEEPEST = 4
"""Steps into a row after which nothing in it counts as a reference: each makes other rows needed."""


class Reference(NamedTuple):
    """A place in a row that holds the key of a row of `collection`, or (`is_whole`) says what that row is."""

    path: Path
    collection: str
    is_whole: bool
    is_exact: bool
    """Whether the name is the collection's own, and no role or narrower word in front of it."""


class References:
    """Finds the references in rows. `keys` are the properties that hold a key, by collection."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._keys = keys
        self._named: dict[Words, list[str]] = {}
        for name in keys:
            self._named.setdefault(noun_of(name.rpartition("/")[2]), []).append(name)
        self._key_of = cache(self._found_key)
        self._whole_of = cache(self._found_whole)

    def of(self, value: Any, path: Path = ()) -> Iterator[Reference]:
        """The references in a row, or below one of its properties."""
        if not isinstance(value, dict) or len(path) > _DEEPEST:
            return
        for name, member in value.items():
            yield from self._of_member(name, member, (*path, name))

    def _of_member(self, name: str, member: Any, path: Path) -> Iterator[Reference]:
        if isinstance(member, list):
            for position, one in enumerate(member):
                yield from self._of_member(name, one, (*path, position))
        elif isinstance(member, dict):
            found = self._whole_of(name)
            if found is not None and self._keys[found[0]] in member:
                yield Reference(path, found[0], True, found[1])
            else:
                yield from self.of(member, path)
        elif isinstance(member, str) or (isinstance(member, int) and not isinstance(member, bool)):
            found = self._key_of(name)
            if found is not None:
                yield Reference(path, found[0], False, found[1])

    def _found_key(self, name: str) -> tuple[str, bool] | None:
        """The collection whose key a property of that name holds, and whether it bears its name."""
        words = noun_of(name)
        if len(words) < 2:
            return None
        found = self._means(words[:-1])
        if found is None:
            return None
        own = split_words(self._keys[found[0]])
        return found if words[-1] in SURE_KEYS or words[-1:] == own[-1:] else None

    def _found_whole(self, name: str) -> tuple[str, bool] | None:
        words = noun_of(name)
        return self._one_of(words, is_exact=True) or self._person(words)

    def _means(self, words: Words) -> tuple[str, bool] | None:
        """The collection that words mean: by its name, by the end of the words, by the end of its name."""
        words = noun_of("_".join(words))
        for start in range(len(words)):
            found = self._one_of(words[start:], is_exact=not start)
            if found is not None:
                return found
        longer = [name for own, names in self._named.items() if own[-len(words) :] == words for name in names]
        return (longer[0], False) if len(longer) == 1 else self._person(words)

    def _one_of(self, words: Words, *, is_exact: bool) -> tuple[str, bool] | None:
        """The collection of that name; of several the one that stands under no other."""
        names = self._named.get(words, [])
        if len(names) > 1:
            names = [name for name in names if "/" not in name]
        return (names[0], is_exact) if len(names) == 1 else None

    def _person(self, words: Words) -> tuple[str, bool] | None:
        if not words or words[-1] not in _ROLES:
            return None
        return next((found for one in _PEOPLE if (found := self._one_of((one,), is_exact=False))), None)
