"""Which property of a row holds the value of a path parameter: its own key, and those of its parents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from mockade.contract.coercion import coerced
from mockade.contract.document import Node
from mockade.contract.name_words import split_words
from mockade.contract.properties import flagged, properties, required, types
from mockade.contract.vocabulary import KEYS, NAMES, OPAQUE_KEYS, SURE_KEYS
from mockade.crud.roles.naming import Words, by_words, noun_of
from mockade.state.rows import as_key

_IDENTIFIERS: tuple[Words, ...] = tuple((one,) for one in KEYS)
"""By what a row is told apart, the surest first."""

_NATURAL: tuple[Words, ...] = (("slug",), ("login",), ("username",), ("handle",), ("code",))
"""By what people call a row whose `id` is a number."""

_OF_SEVERAL_PARTS = (*_IDENTIFIERS[len(OPAQUE_KEYS) :], *_IDENTIFIERS[: len(OPAQUE_KEYS)])
"""The same for keys of several parts: a `/repos/{owner}/{repo}` has no UUID in its path."""

_SURE = frozenset(_IDENTIFIERS[: len(SURE_KEYS)])
_NAMES = frozenset((one,) for one in NAMES)
_UNQUALIFIED = frozenset({*KEYS, "tag", "title"})
"""Words of a parameter that say nothing of whose key it is: `/guilds/{id}/members`."""

_DETAILS = ("metadata", "meta", "info")
"""Objects in which a row may hold its key: Kubernetes' `metadata.name`."""

_TELL_NOTHING = frozenset(
    {"date-time", "date", "time", "duration", "uri", "url", "uri-reference", "password"}
)
"""Formats of properties that are no key unless their names say so."""

_SECRETS = frozenset({"password", "passwd", "passphrase", "secret", "salt"})
"""Last words of properties that nobody is told by."""

_SCALAR = frozenset({"string", "integer", "number"})


class KeyPart(NamedTuple):
    """Where a row holds the value of the path parameter `parameter`.

    `path` leads to the property (`owner`, `login`); where it is empty the value is kept beside the row, under
    the parameter's name. `types` are the JSON types that the property may have.
    """

    parameter: str
    path: tuple[str, ...] = ()
    types: frozenset[str] = frozenset()

    def of(self, values: Mapping[str, Any], beside: Mapping[str, Any] | None = None) -> Any:
        """The value that a row's properties hold, else what is kept beside it; None where nobody says it."""
        value: Any = values
        for name in self.path:
            value = value.get(name) if isinstance(value, dict) else None
        if self.path and value is not None and not isinstance(value, dict | list):
            return as_key(value) if type(value) is float else value
        return beside.get(self.parameter) if beside else None

    def put(self, fields: Mapping[str, Any], value: Any) -> dict[str, Any]:
        """The fields with `value` at its place; as they are where it is kept beside them."""
        if isinstance(value, str) and self.types and "string" not in self.types:
            value = coerced(value, self.types)
        return _with(fields, self.path, value)

    def __str__(self) -> str:
        return ".".join(self.path) or f"_{self.parameter}"


def _with(fields: Mapping[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    if not path:
        return dict(fields)
    below = fields.get(path[0])
    inner = value if len(path) == 1 else _with(below if isinstance(below, dict) else {}, path[1:], value)
    return {**fields, path[0]: inner}


@dataclass(frozen=True, eq=False)
class OwnKey:
    """How the rows of a collection may hold their key.

    `parameter` is the item path's last, empty where there is none, `wants` its JSON types. `noun` is the
    collection's last word, and `parents` are the words of what only names a parent.
    """

    parameter: str
    noun: Words
    wants: frozenset[str] = frozenset()
    parents: frozenset[Words] = frozenset()
    is_compound: bool = False
    """Whether the item path has other parameters besides that make the key."""

    def find(self, schema: Node, *, sure: bool) -> KeyPart | None:
        """The key of rows of `schema`; `sure` leaves out what might as well be something else."""
        known = properties(schema)
        names = by_words(known)
        for path in self._told(schema, known, names, sure=sure):
            node = node_at(schema, path)
            if node is not None and _is_scalar(node) and split_words(path[-1]) not in self.parents:
                return KeyPart(self.parameter, path, types(node))
        return None

    def _told(
        self, schema: Node, known: Mapping[str, Node], names: Mapping[Words, str], *, sure: bool
    ) -> Iterator[tuple[str, ...]]:
        yield from self._paths(known, names)
        if not sure:
            guessed = self._guessed(schema, known, names)
            yield from (path for path in guessed if _suits(types(known[path[0]]), self.wants))

    @cached_property
    def _words(self) -> Words:
        return split_words(self.parameter)

    def _paths(self, known: Mapping[str, Node], names: Mapping[Words, str]) -> Iterator[tuple[str, ...]]:
        """What may be the key beyond doubt."""
        if self.parameter:
            yield from self._named(known, names)
        yield from self._of_the_noun(names)
        own_id = known.get(names.get(("id",), ""))
        if self.parameter and "id" not in self._words and not _suits(types(own_id), self.wants):
            # GitHub's /orgs/{org} is no number, and an org's id is one.
            natural = _OF_SEVERAL_PARTS if self.is_compound else _NATURAL
            yield from ((names[one],) for one in natural if one in names and one != ("id",))
        yield from ((names[one],) for one in _IDENTIFIERS if one in names and one in _SURE)

    def _guessed(
        self, schema: Node, known: Mapping[str, Node], names: Mapping[Words, str]
    ) -> Iterator[tuple[str, ...]]:
        """What may be the key, and may be something else: of a type that the path can have."""
        yield from ((names[(*self.noun, *one)],) for one in _IDENTIFIERS if (*self.noun, *one) in names)
        scalars = {
            name
            for name, node in known.items()
            if can_tell_apart(node) and _SECRETS.isdisjoint(split_words(name)[-1:])
        }
        for only in ({name for name, node in known.items() if flagged(node, "readOnly")}, required(schema)):
            if len(only & scalars) == 1:
                yield ((only & scalars).pop(),)
        yield from ((names[one],) for one in _IDENTIFIERS if one in names)

    def _named(self, known: Mapping[str, Node], names: Mapping[Words, str]) -> Iterator[tuple[str, ...]]:
        """What the parameter's own words lead to."""
        words = self._words
        if words in names:
            yield (names[words],)
        is_of_the_noun = words[: len(self.noun)] == self.noun
        nested = [
            (names[words[:at]], *inner)
            for at in range(1, len(words))
            if words[:at] in names
            for said in (words[at:], words)
            for inner in _inner(known[names[words[:at]]], said)
        ]
        ends = [(names[words[at:]],) for at in range(1, len(words)) if words[at:] in names]
        yield from (*ends, *nested) if is_of_the_noun else (*nested, *ends)
        if (*self.noun, *words) in names:
            yield (names[(*self.noun, *words)],)
        for name in _DETAILS:
            if name in known:
                yield from ((name, *inner) for inner in _inner(known[name], words))

    def _of_the_noun(self, names: Mapping[Words, str]) -> Iterator[tuple[str, ...]]:
        """`memberId` of a member, where it has no `id`; `policyId` of a critical illness policy."""
        if ("id",) in names:
            return
        nouns = {noun_of("-".join(one[:-1])): name for one, name in names.items() if one[-1:] == ("id",)}
        ends = (self.noun[at:] for at in range(len(self.noun)))
        yield from ((nouns[end],) for end in ends if end in nouns)


def parent_words(parameter: str) -> Words | None:
    """The words of a property that can only name a parent; None where it may be a row's own key.

    `id` is anybody's, `guild_id` and `guild` are a guild's.
    """
    words = split_words(parameter)
    return None if _UNQUALIFIED.issuperset(words) else words


def parent_part(
    schema: Node,
    parameter: str,
    segment: str,
    wants: frozenset[str] = frozenset(),
    own: tuple[str, ...] = (),
    key: str = "",
) -> KeyPart:
    """Where rows of `schema` hold the key of the parent at `segment`/{`parameter`}; beside them by default.

    `wants` are the parameter's JSON types. `own` leads to the rows' own key, which is never their parent's;
    `key` is the property that the parent has its own in.
    """
    known = properties(schema)
    names = by_words(known)
    words, noun = split_words(parameter), noun_of(segment)
    found = [
        KeyPart(parameter, path, types(node))
        for path in _parent_paths(known, names, words, noun, split_words(key))
        if path != own and (node := node_at(schema, path)) is not None and _is_scalar(node)
    ]
    suiting = [one for one in found if _suits(one.types, wants)]
    # What a parent is called is not its key where a path cannot have it.
    others = [one for one in found if split_words(one.path[-1])[-1:] not in _NAMES]
    return next(iter((*suiting, *others)), KeyPart(parameter))


def _parent_paths(
    known: Mapping[str, Node], names: Mapping[Words, str], words: Words, noun: Words, key: Words
) -> Iterator[tuple[str, ...]]:
    if not _UNQUALIFIED.issuperset(words) and words in names:
        yield (names[words],)
    rest = words[len(noun) :] if words[: len(noun)] == noun else words
    ends = [end for end in dict.fromkeys((rest, key, ("id",))) if end]
    yield from ((names[(*noun, *end)],) for end in ends if (*noun, *end) in names)
    for holder in dict.fromkeys((noun, words[:-1], words)):
        if holder in names:
            said = words[len(holder) :] if words[: len(holder)] == holder else ()
            for end in (*((said,) if said else ()), *ends, *_IDENTIFIERS):
                yield from ((names[holder], *inner) for inner in _inner(known[names[holder]], end))
    if noun in names:
        yield (names[noun],)


def _suits(kinds: frozenset[str], wants: frozenset[str]) -> bool:
    kinds = kinds | {"number"} if "integer" in kinds else kinds
    return not kinds or not wants or not kinds.isdisjoint(wants)


def _inner(schema: Node, words: Words) -> Iterator[tuple[str, ...]]:
    name = by_words(properties(schema)).get(words)
    if name is not None:
        yield (name,)


def node_at(schema: Node, path: tuple[str, ...]) -> Node | None:
    """The schema of the property that `path` leads to; None where there is none."""
    node: Node | None = schema
    for name in path:
        node = properties(node).get(name)
    return node


def _is_scalar(node: Node) -> bool:
    kinds = types(node) - {"null"}
    return kinds <= _SCALAR if kinds else not properties(node) and node.get("items") is None


def can_tell_apart(node: Node) -> bool:
    """Whether a property that nothing names as the key may be it.

    A moment, an address, a secret or one of a few values is none.
    """
    tells = node.text("format") not in _TELL_NOTHING
    return bool(types(node) & _SCALAR) and node.get("enum") is None and tells
