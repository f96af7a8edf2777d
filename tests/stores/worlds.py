"""Worlds at random for the tests of this package: what happens to their contents, and all that they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hypothesis import strategies as some

from mockade.state.caller import Caller
from mockade.state.clock import Clock
from mockade.state.hash_trie import HashTrie
from mockade.state.kept_replies import KeptReply
from mockade.state.rows import Collection
from mockade.state.sorted_sequence import SortedSequence
from mockade.state.state import StartingTables, State, TableName
from mockade.state.table import Table
from mockade.state.timeline import Event
from mockade.state.transaction import Transaction
from mockade.worlds.contents import Contents
from mockade.worlds.fault_match import FaultRequest, Match, Rate
from mockade.worlds.faults import FaultAction, Lognormal, Uniform
from tests.state.widgets import WIDGETS, widget

GADGETS = Collection("gadgets", "Gadget", indexes={"colour": lambda row: [row.get("colour")]})
MADE = Collection("made", "Made", indexes={"colour": lambda row: [row.get("colour")]})
COLLECTIONS = {one.name: one for one in (WIDGETS, GADGETS, MADE)}


def collection_of(api: str, name: str) -> Collection | None:
    return COLLECTIONS.get(name) if api == "shop" else None


class Started:
    """Tables that a world starts with: some rows by the seed, made anew by each of these."""

    def __init__(self, seed: int = 0, siblings: dict[int, Started] | None = None) -> None:
        self._seed = seed
        self._siblings = {} if siblings is None else siblings
        self._siblings[seed] = self
        self._made: Table | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Started) and other._seed == self._seed

    def __hash__(self) -> int:
        return hash(self._seed)

    def names(self) -> Iterable[TableName]:
        return [("shop", MADE.name)]

    def table(self, name: TableName) -> Table | None:
        if name != ("shop", MADE.name):
            return None
        if self._made is None:
            self._made = Table()
            for number in range(5):
                self._made = self._made.put(MADE, widget(f"made-{number}", colour=f"{self._seed}"))
        return self._made

    def seeded(self, seed: int) -> StartingTables:
        return self._siblings.get(seed) or Started(seed, self._siblings)


def empty() -> Contents:
    """What a world is built up from in a process that has only its files."""
    return Contents(State(Clock(0, 0), start=Started()))


KEYS = some.sampled_from(["a", "b", "c", "d", "made-1", "made-4", "ä/%", ""])
COLOURS = some.sampled_from(["", "red", "blue", None, 2**70])
TIMES = some.sampled_from([0, 0.1, 1e9 + 1 / 3, -5.5, 1e300])
NAMES = some.sampled_from(["one", "two", "\ud800"])
SEEDS = some.sampled_from([0, 7, -3, 2**70])
PERMISSIONS = some.sampled_from(
    [frozenset[str](), frozenset({"read"}), frozenset(f"p{n}" for n in range(30)), frozenset("abcdef")]
)
FACTS = some.dictionaries(NAMES.filter(str.isascii), some.sampled_from([1, 1.0, None, True, [{}], 2**65]))
PUT = some.tuples(
    some.just("put"),
    some.sampled_from(sorted(COLLECTIONS)),
    KEYS,
    COLOURS,
    some.lists(some.sampled_from("xyz")),
)
MATCHES = some.builds(
    Match,
    operation=some.sampled_from([None, "get"]),
    headers=some.sampled_from([None, {"x-a": "b*", "x-c": None}]),
    body=some.sampled_from([None, {"/a": 1, "/b": None}]),
    nth=some.sampled_from([None, 2]),
    rate=some.sampled_from([None, Rate(1, "10s")]),
    probability=some.sampled_from([None, 0.5]),
)
ACTIONS = some.builds(
    FaultAction,
    status=some.sampled_from([None, 503]),
    delay_ms=some.sampled_from([None, 5, Uniform("uniform", 1, 9), Lognormal("lognormal", 5, 0.5)]),
    drop=some.sampled_from([None, "reset"]),
)
REPLIES = some.builds(
    KeptReply,
    at=TIMES,
    asked=some.just("asked"),
    status=some.sampled_from([200, 404]),
    body=some.binary(max_size=8),
    media_type=some.just("application/json"),
    headers=some.lists(some.tuples(some.binary(max_size=3), some.binary(max_size=3)), max_size=2).map(tuple),
)
STEPS = some.one_of(
    PUT,
    PUT,
    some.tuples(some.just("remove"), some.sampled_from(sorted(COLLECTIONS)), KEYS),
    some.tuples(some.just("drop"), some.sampled_from(sorted(COLLECTIONS))),
    some.tuples(some.just("births"), some.sampled_from(sorted(COLLECTIONS)), some.integers(0, 9)),
    some.tuples(some.just("draw")),
    some.tuples(some.just("event"), NAMES, KEYS, TIMES),
    some.tuples(some.just("cancel"), NAMES, KEYS),
    some.tuples(
        some.just("admit"), NAMES, KEYS, some.builds(Caller, KEYS, PERMISSIONS, NAMES, FACTS, some.booleans())
    ),
    some.tuples(some.just("dismiss"), NAMES, KEYS),
    some.tuples(some.just("reply"), KEYS, REPLIES),
    some.tuples(some.just("clock"), some.builds(Clock, TIMES, TIMES, TIMES, TIMES)),
    some.tuples(some.just("seed"), SEEDS),
    some.tuples(some.just("fault"), MATCHES, ACTIONS, some.sampled_from([None, 1])),
    some.tuples(some.just("unfault"), some.integers(1, 5)),
    some.tuples(some.just("clear")),
    some.tuples(some.just("request"), TIMES.filter(lambda at: at < 1e300)),
    some.tuples(some.just("generate")),
    some.tuples(some.just("keep"), NAMES),
    some.tuples(some.just("delete"), NAMES),
    some.tuples(some.just("restore"), NAMES),
    some.tuples(some.just("reset")),
    some.tuples(some.just("other tables"), some.booleans()),
)
COMMITS = some.lists(some.lists(STEPS, max_size=6), max_size=8)


def after(contents: Contents, step: tuple[Any, ...], baseline: State) -> Contents:
    """The contents after one thing has happened to them."""
    name, *facts = step
    return _HAPPENINGS[name](contents, baseline, *facts)


def in_transaction(contents: Contents, act: str, *facts: Any) -> Contents:
    transaction = Transaction(contents.state)
    getattr(transaction, act)(*facts)
    return contents._replace(state=transaction.state)


def put(contents: Contents, _: State, name: str, key: str, colour: Any, tags: list[str]) -> Contents:
    row = widget(key, "ada" if "x" in tags else "", colour=f"{colour}" if colour else colour, tags=tags)
    return in_transaction(contents, "put", "shop", COLLECTIONS[name], row)


def remove(contents: Contents, _: State, name: str, key: str) -> Contents:
    if key not in contents.state.table("shop", name).rows:
        return contents
    return in_transaction(contents, "remove", "shop", COLLECTIONS[name], key)


def with_table(contents: Contents, name: str, table: Table | None) -> Contents:
    tables = {one: value for one, value in contents.state.tables.items() if one != ("shop", name)}
    tables |= {("shop", name): table} if table is not None else {}
    return contents._replace(state=contents.state._replace(tables=tables))


def born(contents: Contents, _: State, name: str, births: int) -> Contents:
    table = contents.state.table("shop", name)
    return with_table(contents, name, table._replace(births=table.births + births))


def other_tables(contents: Contents, _: State, backwards: bool) -> Contents:
    """As after a migration: each row is put again, into other tables; maybe in another order of tables."""
    tables = {}
    for name, table in contents.state.tables.items():
        fresh = Table()
        for birth, key in table.order.items():
            fresh = fresh._replace(births=birth).put(COLLECTIONS[name[1]], table.rows[key].row())
        tables[name] = fresh._replace(births=table.births)
    names = reversed(list(tables)) if backwards else list(tables)
    return contents._replace(state=contents.state._replace(tables={name: tables[name] for name in names}))


def request(contents: Contents, _: State, now: float) -> Contents:
    met = contents.faults.match(FaultRequest("shop", "get", "", headers={"x-a": "b"}, now=now, body={}), 0)
    return contents._replace(faults=met[0])


def unfault(contents: Contents, _: State, number: int) -> Contents:
    known = any(rule.id == number for rule in contents.faults.rules)
    return contents._replace(faults=contents.faults.remove(number)) if known else contents


def keep(contents: Contents, _: State, name: str) -> Contents:
    others = {one: state for one, state in contents.snapshots.items() if one != name}
    taken = contents.state._replace(taken=contents.state.clock.now())
    return contents._replace(snapshots={**others, name: taken})


def delete(contents: Contents, _: State, name: str) -> Contents:
    others = {one: state for one, state in contents.snapshots.items() if one != name}
    return contents._replace(snapshots=others)


def restore(contents: Contents, _: State, name: str) -> Contents:
    if name not in contents.snapshots:
        return contents
    return contents._replace(state=contents.snapshots[name]._replace(taken=None), generated=0)


_HAPPENINGS: dict[str, Any] = {
    "put": put,
    "remove": remove,
    "drop": lambda contents, _, name: with_table(contents, name, None),
    "births": born,
    "draw": lambda contents, _: in_transaction(contents, "draw"),
    "event": lambda contents, _, name, key, at: in_transaction(
        contents, "set_event", Event("shop", name, key), at
    ),
    "cancel": lambda contents, _, name, key: in_transaction(
        contents, "cancel_event", Event("shop", name, key)
    ),
    "admit": lambda contents, _, name, key, one: in_transaction(contents, "admit", "shop", name, key, one),
    "dismiss": lambda contents, _, name, key: in_transaction(contents, "dismiss", "shop", name, key),
    "reply": lambda contents, _, key, reply: in_transaction(contents, "keep_reply", key, reply),
    "clock": lambda contents, _, clock: contents._replace(state=contents.state._replace(clock=clock)),
    "seed": lambda contents, _, seed: contents._replace(state=contents.state.seeded(seed)),
    "fault": lambda contents, _, *facts: contents._replace(faults=contents.faults.add(*facts)),
    "unfault": unfault,
    "clear": lambda contents, _: contents._replace(faults=contents.faults.cleared()),
    "request": request,
    "generate": lambda contents, _: contents._replace(generated=contents.generated + 1),
    "keep": keep,
    "delete": delete,
    "restore": restore,
    "reset": lambda contents, baseline: contents._replace(state=baseline, generated=0),
    "other tables": other_tables,
}


def laid_open(value: Any) -> Any:
    """All that is in a world's contents, as lists: equal ones are equal to the order and the type."""
    if isinstance(value, State):
        return [laid_open(part) for part in (*value[:-1], value.start.table(("shop", MADE.name)))]
    if isinstance(value, Table):  # the order of its indexes means nothing
        value = tuple(value._replace(indexes=HashTrie(value.indexes)))
    if isinstance(value, Caller):
        return [value.id, sorted(value.permissions), value.refused, repr(value.facts), value.unrestricted]
    if isinstance(value, SortedSequence):
        return [repr(item) for item in value.items()]
    if isinstance(value, HashTrie):
        return sorted((repr(key), laid_open(one)) for key, one in value.items())
    if isinstance(value, Mapping):
        return [(laid_open(key), laid_open(one)) for key, one in value.items()]
    if isinstance(value, tuple):
        return [type(value).__name__, *map(laid_open, value)]
    return repr(value)
