"""Looks at each entry of a journal, and adds to its notices how its client uses the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from mockade.catalogue.api import Api
from mockade.contract.violations import Violation
from mockade.usage.calls import MOST_WORLDS, ClientCalls, UsedCall, WorldCalls
from mockade.usage.consequences import AFTER, keep_tag, overwritten, went_on
from mockade.usage.list_walks import lost
from mockade.usage.operation_facts import OperationFacts, facts_of
from mockade.usage.outdated import deprecated, other_version
from mockade.usage.repetition import fetched_again, in_a_pause, keep_pause, too_early, unheeded
from mockade.worlds.journal import Exchange, ExchangeListener, ignore

_OF_TIME = frozenset({"advanceClock", "setClock"})
"""The control API's operations that move time: whoever waits by them goes on."""


class UsageChecks:
    """A listener of journals, which calls the next one with each entry that it has looked at.

    Clients are told apart by their credential, their program (`User-Agent`) and their connection, and worlds
    know nothing of each other. What the control API changes in a world makes it forget what was called
    there. `ignored` has rules of TRAFFIC_RULES that are not told, `RULE` or `RULE:OPERATION` with `*` for any
    letters.
    """

    def __init__(
        self,
        apis: Mapping[str, Api],
        on_entry: ExchangeListener | None = None,
        ignored: Sequence[str] = (),
    ) -> None:
        self._next = on_entry or ignore
        self._ignored = [
            (rule, pattern or "*") for rule, _, pattern in (one.partition(":") for one in ignored)
        ]
        self.set_apis(apis)

    def set_apis(self, apis: Mapping[str, Api]) -> None:
        """Check entries of these APIs from now on: their files were read again."""
        self._apis = apis
        self._facts: dict[tuple[str, str], OperationFacts | None] = {}
        self._worlds: dict[str, WorldCalls] = {}

    def __call__(self, entry: Exchange) -> None:
        if entry.method:
            self._look(entry)
            entry.connection = None  # the journal is to hold on to none
        elif entry.answered_by == "control" and entry.operation not in _OF_TIME:
            self._worlds.pop(entry.world, None)
        self._next(entry)

    def _look(self, exchange: Exchange) -> None:
        world = self._worlds.get(exchange.world)
        if world is None or exchange.id <= world.last:  # else it is another world of that name
            if len(self._worlds) >= MOST_WORLDS:
                del self._worlds[next(iter(self._worlds))]
            world = self._worlds[exchange.world] = WorldCalls(exchange.id - 1, exchange.id - 1)
        if exchange.id != world.last + 1:
            world.changed = exchange.id - 1
        agent = b""
        for name, value in exchange.request_headers:
            if name == b"user-agent":
                agent = value
        known = world.clients.get((exchange.caller, agent))
        client = known[0] if known is not None else None
        if client is None or client.connection is not exchange.connection:
            client = world.client((exchange.caller, agent), exchange.connection)
        key = exchange.api, exchange.operation
        facts = self._facts[key] if key in self._facts else self._read_facts(key)
        if facts is None:
            client.last = None
        else:
            call = UsedCall(exchange, facts)
            found = _found(call, client, world)
            if found:
                told = [one for one in found if self._is_told(one, facts)]
                exchange.notices = [*exchange.notices, *told]
            client.last = call
        world.last = exchange.id
        if exchange.changes:
            world.changed = exchange.id

    def _read_facts(self, key: tuple[str, str]) -> OperationFacts | None:
        stem, name = key
        api = self._apis.get(stem)
        operation = api.contract.operations_by_id.get(name) if api is not None else None
        facts = self._facts[key] = facts_of(operation) if operation is not None else None
        return facts

    def _is_told(self, found: Violation, facts: OperationFacts) -> bool:
        if found.rule in facts.ignored:
            return False
        names = facts.operation.id, f"{facts.operation.api}.{facts.operation.id}"
        return not any(
            found.rule == rule and any(fnmatchcase(name, pattern) for name in names)
            for rule, pattern in self._ignored
        )


def _found(call: UsedCall, client: ClientCalls, world: WorldCalls) -> list[Violation]:
    """What all checks find. Each is asked only where it can find anything: most calls are of no interest."""
    exchange, facts, told, last = call.exchange, call.facts, call.told, client.last
    found: list[Violation] = []
    if facts.is_deprecated or b"deprecation" in told or b"sunset" in told:
        found += deprecated(call)
    if call.names_version:
        found += other_version(call)
    if client.pauses:
        found += in_a_pause(call, client)
    if last is not None:
        is_undisturbed = world.changed <= last.exchange.id
        if call.is_same_request(last):
            if exchange.status >= 400 and is_undisturbed:
                found += unheeded(call, last)
            if facts.interval or b"cache-control" in last.told:
                found += too_early(call, last)
            if facts.if_none_match is not None and b"etag" in told:
                found += fetched_again(call, last)
        if last.exchange.status in AFTER and is_undisturbed:
            found += went_on(call, last)
    if facts.if_match is not None:
        found += overwritten(call, client)
    if facts.is_paged:
        found += lost(call, last)
    if b"retry-after" in told:
        keep_pause(call, client)
    if b"etag" in told or exchange.method == "DELETE":
        keep_tag(call, client)
    return found
