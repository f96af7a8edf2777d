"""Which ids a path is asked with: those of things that lists and creates told of, else the contract's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain, islice
from typing import Any, NamedTuple

from benchmarks.corpus.contracts import Node, Operation
from benchmarks.corpus.encoding import text
from benchmarks.corpus.paths import Place, by_form, places
from benchmarks.corpus.things import Row, is_key, keys, part_keys, plain
from benchmarks.corpus.values import Unmade, Values

MOST_ROWS = 20
"""Things of a collection that are remembered, for each of its parents."""

MOST_TRIED = 4
"""Things of a collection that are tried as parents."""

_GENERIC = {
    "id",
    "uuid",
    "guid",
    "key",
    "name",
    "code",
    "slug",
    "type",
    "pk",
    "version",
    "number",
    "parentid",
}
"""Names of parameters that mean another thing in each path."""

Parents = tuple[str, ...]


class Known:
    """The things that were seen, by the form of their collection's path and the ids of their parents."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[Parents, list[Row]]] = {}
        self._gone: set[tuple[str, str]] = set()
        """Collection and key of what was removed."""

    def add(self, base: str, parents: Parents, rows: Iterable[Row]) -> None:
        """Rows of a collection, before those known already; what is seen again is not gone."""
        new = list(rows)[:MOST_ROWS]
        here = base.rpartition("/")[2]
        self._gone -= {(here, text(value)) for row in new for value in row.values() if is_key(value)}
        below = self._rows.setdefault(base, {})
        below[parents] = [*new, *below.get(parents, [])][:MOST_ROWS]

    def remove(self, base: str, key: str) -> None:
        """Forget a thing, under whichever parents: another path may have been a view of it."""
        self._gone.add((base.rpartition("/")[2], key))

    def is_gone(self, base: str, key: str) -> bool:
        return (base.rpartition("/")[2], key) in self._gone

    def keys(self, place: Place, base: str, parents: Parents | None) -> Iterator[Any]:
        """What a place may hold, from the rows below these parents, or any; of each its likeliest first."""
        found = [_values(row, place) for row in self._below(base, parents)]
        here = base.rpartition("/")[2]
        there = [own for own in found if self._gone.isdisjoint((here, text(one)) for one in own)]
        for rank in range(max(map(len, there), default=0)):
            yield from (own[rank] for own in there if rank < len(own))

    def rest(self, place: Place, base: str, parents: Parents, parts: Mapping[Place, str]) -> Iterator[Any]:
        """What a place may hold that makes one key with the `parts` before it: what rows with these have."""
        for row in self._below(base, parents):
            if all(said in map(text, _values(row, part)) for part, said in parts.items()):
                yield from _values(row, place)

    def _below(self, base: str, parents: Parents | None) -> list[Row]:
        below = self._rows.get(base, {})
        some = below.values() if parents is None else [below.get(parents, [])]
        return [row for own in some for row in own]


def _values(row: Row, place: Place) -> list[Any]:
    """What of a row may stand in a place, the likeliest first."""
    if not place.noun:
        return list(part_keys(row, place))
    return [value for _, value in keys(row, place.name, place.noun)]


class Ids(NamedTuple):
    values: tuple[Any, ...]
    """Of each place of a path, in order."""
    unknown: str
    """The first parameter that no list, create, or example gave an id for; empty when all are known."""
    is_given: bool = False
    """Whether one of them is the contract's own, and not one that a list or a create told."""

    @property
    def texts(self) -> Parents:
        return tuple(map(text, self.values))


class Finder:
    """Finds ids for the paths of one contract; `look` asks a list or a create for things."""

    def __init__(
        self, operations: Iterable[Operation], values: Values, look: Callable[[Operation, Parents], object]
    ) -> None:
        self.known = Known()
        self._values = values
        self._look = look
        self._forms = by_form(operations)
        self._sought: set[str] = set()
        """The collections that were asked for things below anyone."""
        self._nouns: dict[str, list[str]] = {}
        """The collections by the last word of their paths."""
        for one in self._forms:
            self._nouns.setdefault(one.rpartition("/")[2], []).append(one)
        self._named: dict[str, list[str]] = {}
        """The collections whose items' paths call their key so."""
        for methods in self._forms.values():
            for place in places(next(iter(methods.values())).path):
                bases = self._named.setdefault(plain(place.name), [])
                if place.base and place.base not in bases:
                    bases.append(place.base)

    def of(self, operation: Operation) -> Ids:
        """Ids for all its places. Raises Unmade where not even a made one can be had."""
        own = places(operation.path)
        for values, is_given in chain(self._ways(operation, own, ()), self._wholly_given(operation, own)):
            return Ids(values, "", is_given)
        found: tuple[Any, ...] = ()
        unknown = ""
        for place in own:
            value, _ = (
                (None, False) if unknown else next(self._of_place(operation, place, found), (None, False))
            )
            if value is None:
                unknown = unknown or place.name
                value = self.made(operation, place)
            found = (*found, value)
        return Ids(found, unknown)

    def made(self, operation: Operation, place: Place) -> Any:
        """A value that nobody gave. Raises Unmade."""
        parameter = operation.in_path(place.name)
        return "1" if parameter is None else self._values.of(parameter, empty=False)

    def given(self, operation: Operation, place: Place) -> Iterator[Any]:
        """What the contract itself gives: an example, a default, an option."""
        parameter = operation.in_path(place.name)
        if parameter is not None:
            yield from (one for one in self._values.given(parameter) if one not in ("", [], {}, None))

    def fits(self, parameter: Node | None, value: Any) -> bool:
        """Whether a path may have it, as it is or as what its text says: a path knows no types."""
        if parameter is None:
            return True
        said = text(value)
        forms = [value, said, *([int(said)] if said.isascii() and said.isdecimal() else [])]
        return any(not self._values.wrong(parameter.get("schema"), one) for one in forms)

    def _ways(
        self, operation: Operation, left: tuple[Place, ...], found: tuple[Any, ...], is_given: bool = False
    ) -> Iterator[tuple[tuple[Any, ...], bool]]:
        if not left:
            yield found, is_given
            return
        for value, own in islice(self._of_place(operation, left[0], found), MOST_TRIED):
            yield from self._ways(operation, left[1:], (*found, value), is_given or own)

    def _wholly_given(
        self, operation: Operation, own: tuple[Place, ...]
    ) -> Iterator[tuple[tuple[Any, ...], bool]]:
        """The path of the contract's own ids alone, where it has one for each place."""
        given = [next(self._there(operation, place), None) for place in own]
        if None not in given:
            yield tuple(given), True

    def _there(self, operation: Operation, place: Place) -> Iterator[Any]:
        """The contract's own ids but for what is gone."""
        return (one for one in self.given(operation, place) if not self.known.is_gone(place.base, text(one)))

    def _of_place(
        self, operation: Operation, place: Place, before: tuple[Any, ...]
    ) -> Iterator[tuple[Any, bool]]:
        """What is known for a place, below what stands before it, and whether it is the contract's own."""
        seen = set[str]()
        parents = tuple(map(text, before))
        for value in chain(self._rest(operation, place, parents), self._told(place, parents)):
            if text(value) not in seen and self.fits(operation.in_path(place.name), value):
                seen.add(text(value))
                yield value, False
        if self._are_given(operation, place, before):
            yield from ((one, True) for one in self._there(operation, place) if text(one) not in seen)

    def _are_given(self, operation: Operation, place: Place, before: tuple[Any, ...]) -> bool:
        """Whether the contract's own id may be there: it speaks of nothing below parents that others told.

        What nothing lists, creates, changes or removes, such as a format, goes with any.
        """
        methods = self._forms.get(place.base, {}).keys() | self._forms.get(f"{place.base}/{{}}", {}).keys()
        is_listed = "GET" in self._forms.get(place.base, {})
        if not is_listed and methods.isdisjoint({"POST", "PUT", "PATCH", "DELETE"}):
            return True
        above = places(operation.path)[: len(before)]
        return all(
            text(value) in map(text, self.given(operation, one))
            for one, value in zip(above, before, strict=True)
        )

    def _rest(self, operation: Operation, place: Place, before: Parents) -> Iterator[Any]:
        """By the collection whose items' path ends in several places that make one key: `/{owner}/{repo}`."""
        base = place.base
        while base.endswith("/{}") and base not in self._forms:
            base = base.removesuffix("/{}")
        several = place.base.removeprefix(base).count("/{}")
        if several and base in self._forms:
            above = len(before) - several
            parts = dict(zip(places(operation.path)[above:], before[above:], strict=False))
            yield from self.known.rest(place, base, before[:above], parts)

    def _told(self, place: Place, parents: Parents) -> Iterator[Any]:
        """By its own collection; where that has no list or create, by one that is called alike.

        That is one with the same last word, or whose items' paths have a parameter of the same name.
        """
        own = self._forms.get(place.base, {})
        if place.base and not {"GET", "POST"}.isdisjoint(own):
            for method in ("GET", "POST"):
                if method in own and next(self.known.keys(place, place.base, parents), None) is None:
                    self._look(own[method], parents)
            yield from self.known.keys(place, place.base, parents)
            return
        named = () if plain(place.name) in _GENERIC else self._named.get(plain(place.name), ())
        is_view = place.noun and place.base.endswith(f"/{place.noun}")
        views = self._nouns.get(place.noun, ()) if is_view else ()
        others = dict.fromkeys((*named, *views))
        for base in sorted(others, key=lambda one: "POST" not in self._forms.get(one, {})):
            self._look_below_anyone(place, base)
            yield from self.known.keys(place, base, None)

    def _look_below_anyone(self, place: Place, base: str) -> None:
        """Ask the list at `base`, or else the create, below any parents that are known; once."""
        if base in self._sought:
            return  # also where this search led here: collections may lead to each other
        self._sought.add(base)
        for method in ("GET", "POST"):
            operation = self._forms.get(base, {}).get(method)
            if operation is None or next(self.known.keys(place, base, None), None) is not None:
                continue
            with suppress(Unmade):
                parents = self.of(operation)
                if not parents.unknown:
                    self._look(operation, parents.texts)
