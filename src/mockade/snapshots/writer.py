"""Writes a world's state as a document, which has the form of fixtures, piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from itertools import chain
from typing import Any, NamedTuple

import orjson

from mockade.catalogue.api import Api
from mockade.catalogue.credentials import encode_caller
from mockade.catalogue.fixture_rows import to_fixture
from mockade.catalogue.redaction import Redaction
from mockade.contract.document import Node
from mockade.contract.yaml_writer import yaml_key, yaml_lines
from mockade.snapshots.replies import encode_replies
from mockade.state.clock import Clock, exact_timestamp
from mockade.state.rows import Stored
from mockade.state.state import State
from mockade.state.table import Table
from mockade.worlds.slices import Slices

UNRESTRICTED = "unrestricted"
"""What a document says of a credential that may everything; see `reader`."""

VERSION = 1
"""The version of the component StateDocument in the control API's contract."""

_CHUNK = 100
"""Elements in one piece of JSON: others have their turn between two pieces."""

_YAML_CHUNK = 16
"""Likewise of YAML, which is written line by line."""

_LARGE = 128 * 1024
"""Bytes after which a piece ends, however few its elements are."""

_SORTED = 1000
"""Secrets that are sorted in one go."""


class Elements(NamedTuple):
    """What is long in a document: each element as JSON, made when it is asked for; None is a pause."""

    brackets: bytes
    """Those of a list or of an object; an object's elements are its members with their names."""
    made: Iterator[bytes | None]


def document(state: State, apis: Mapping[str, Api], redaction: Redaction | None) -> Slices[dict[str, Any]]:
    """The document of `state`, without credentials and other secrets where there is a redaction.

    What is long in it are Elements.
    """
    secrets = redaction is None
    written = _outline(state, apis, secrets=secrets)
    if secrets:
        yield from _add_credentials(written["apis"], state, apis)
    for stem, api in apis.items():
        for name, collection in api.collections.items():
            rows = _rows(state, (stem, name), collection.node(), redaction)
            written["apis"][stem][name] = Elements(b"[]", rows)
    return written


def bare(value: dict[str, Any]) -> dict[str, Any]:
    """A document with nothing in what is long."""
    return {
        name: orjson.loads(member.brackets)
        if isinstance(member, Elements)
        else bare(member)
        if isinstance(member, dict)
        else member
        for name, member in value.items()
    }


def json_pieces(value: dict[str, Any], line: bytes = b"") -> Iterator[bytes]:
    """A document as JSON, with `line` before what begins a line."""
    yield b"{"
    between = line
    for name, member in value.items():
        head = between + orjson.dumps(name) + b":"
        between = b"," + line
        if isinstance(member, Elements):
            yield head + member.brackets[:1]
            first = True
            for chunk in _chunks(member, _CHUNK):
                joined = between.join(chunk)
                yield (line if first else between) + joined if chunk else b""
                first = first and not chunk
            yield member.brackets[1:]
        elif isinstance(member, dict):
            yield head
            yield from json_pieces(member, line)
        else:
            yield head + orjson.dumps(member)
    yield b"}"


def yaml_pieces(value: dict[str, Any], indent: str = "") -> Iterator[bytes]:
    """A document as YAML, a line for each thing in it."""
    for name, member in value.items():
        if isinstance(member, Elements):
            first = True
            for chunk in _chunks(member, _YAML_CHUNK):
                head = [f"{yaml_key(name, indent)}:"] if first and chunk else []
                first = first and not chunk
                whole = orjson.loads(member.brackets[:1] + b",".join(chunk) + member.brackets[1:])
                yield _text(chain(head, yaml_lines(whole, f"{indent}  "))) if chunk else b""
            if first:
                yield _text(yaml_lines({name: orjson.loads(member.brackets)}, indent))
        elif isinstance(member, dict) and member:
            yield _text([f"{yaml_key(name, indent)}:"])
            yield from yaml_pieces(member, f"{indent}  ")
        else:
            yield _text(yaml_lines({name: member}, indent))


def _text(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _chunks(elements: Elements, most: int) -> Iterator[list[bytes]]:
    """So many elements at a time, fewer of large ones; none at a pause."""
    chunk: list[bytes] = []
    size = 0
    for element in elements.made:
        if element is None:
            yield []
            continue
        chunk.append(element)
        size += len(element)
        if len(chunk) == most or size >= _LARGE:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _rows(
    state: State, table: tuple[str, str], schema: Node | None, redaction: Redaction | None
) -> Iterator[bytes]:
    for stored in _in_order(state.table(*table)):
        raw, row = stored.values, None
        if stored.beside:
            row = to_fixture(stored.row())
            raw = orjson.dumps(row)
        if redaction is not None and redaction.hides(schema, raw):
            raw = orjson.dumps(redaction.value(row or stored.fields(), schema))
        yield raw


def _in_order(table: Table) -> Iterator[Stored]:
    rows = table.rows
    return (rows[key] for _, key in table.order.items())


def _add_credentials(members: dict[str, Any], state: State, apis: Mapping[str, Api]) -> Slices[None]:
    for stem, api in apis.items():
        # A collection called `credentials` takes the place of the API's credentials.
        if api.contract.security_schemes and "credentials" not in api.collections:
            members[stem]["credentials"] = {}
    secrets: dict[tuple[str, str], list[str]] = {}
    for count, (stem, scheme, secret) in enumerate(state.callers, 1):
        if "credentials" in members[stem]:
            secrets.setdefault((stem, scheme), []).append(secret)
        if not count % _SORTED:
            yield
    for stem, scheme in sorted(secrets):
        callers = _callers(state, stem, scheme, secrets[stem, scheme])
        members[stem]["credentials"][scheme] = Elements(b"{}", callers)


def _callers(state: State, stem: str, scheme: str, secrets: list[str]) -> Iterator[bytes | None]:
    runs = []
    for at in range(0, len(secrets), _SORTED):
        runs.append(sorted(secrets[at : at + _SORTED]))
        yield None
    for secret in merge(*runs):
        caller = state.callers[stem, scheme, secret]
        encoded = encode_caller(caller)
        if caller.unrestricted:
            encoded[UNRESTRICTED] = True
        yield orjson.dumps(secret) + b":" + orjson.dumps(encoded)


def _outline(state: State, apis: Mapping[str, Api], *, secrets: bool) -> dict[str, Any]:
    """The document without its rows and credentials."""
    births: dict[str, dict[str, int]] = {}
    for (stem, name), table in sorted(state.tables.items(), key=lambda pair: pair[0]):
        if table.births != len(table.rows):
            births.setdefault(stem, {})[name] = table.births
    # An event without a function in the module would fail when it is due.
    timeline = (
        orjson.dumps({"at": exact_timestamp(at), "api": event.api, "action": event.action, "key": event.key})
        if event.action in apis[event.api].events
        else None
        for at, event in state.timeline.events()
    )
    replies = encode_replies(state.replies, apis) if secrets else iter(())
    first = next(replies, None)
    return {
        "mockade": VERSION,
        "seed": state.seed,
        "draws": state.draws,
        "clock": _written_clock(state.clock),
        **({"taken": exact_timestamp(state.taken)} if state.taken is not None else {}),
        "timeline": Elements(b"[]", timeline),
        **({"births": births} if births else {}),
        **({"replies": Elements(b"[]", map(orjson.dumps, chain([first], replies)))} if first else {}),
        "apis": {stem: {} for stem in apis},
    }


def _written_clock(clock: Clock) -> dict[str, Any]:
    """`now` is left out where the clock shows the machine's time."""
    if clock.mode == "frozen":
        return {"mode": "frozen", "now": exact_timestamp(clock.world_time)}
    if clock.agrees:
        return {"mode": "real"}
    return {"mode": "real", "now": exact_timestamp(clock.now()), "rate": clock.rate}
