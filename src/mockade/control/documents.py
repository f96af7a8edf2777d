"""Documents that come in: parsed, held against StateDocument and read as states, in slices."""

from __future__ import annotations

from typing import Any

from mockade.catalogue.api import Api
from mockade.contract.media_types import is_json
from mockade.contract.repeated_keys import sentence_of
from mockade.contract.sliced_reading import JsonSlices, NotJson, yaml_in_slices
from mockade.contract.validators import MAX_VIOLATIONS
from mockade.contract.violations import Violated, Violation
from mockade.control.call import ControlCall, document_schema, violations_refusal
from mockade.errors import Refusal, SetupError
from mockade.snapshots.reader import InvalidDocument, read_document
from mockade.state.state import State
from mockade.worlds.memoized import once
from mockade.worlds.slices import Slices

ROWS_AT = 3
"""How many levels down a document's rows are: apis, API, collection."""

_CHUNK = 100
"""Entries of a long list that are held against the schema in one go."""

_LONG = ("timeline", "replies")


def read_state(call: ControlCall, raw: bytes) -> Slices[State]:
    """The state in a body of JSON or YAML. Refuses what is none with 400 and all violations."""
    return once("body", call.running.served, _read_state(call, raw))


def _read_state(call: ControlCall, raw: bytes) -> Slices[State]:
    value = yield from (_json(call, raw) if is_json(call.media_type) else _yaml(raw))
    return (yield from _state(call, value, ()))


def read_json_state(call: ControlCall, raw: memoryview, part: str) -> Slices[State]:
    """The state in JSON that is a `part` of a body, as violations call it. Refuses as `read_state`."""
    return once(part, call.running.served, _read_json_state(call, raw, part))


def _read_json_state(call: ControlCall, raw: memoryview, part: str) -> Slices[State]:
    try:
        value = yield from _json(call, raw)
    except Violated as error:
        raise Violated([one._replace(path=(part, *one.path)) for one in error.violations]) from None
    return (yield from _state(call, value, (part,)))


def _state(call: ControlCall, value: Any, path: tuple[str, ...]) -> Slices[State]:
    violations = yield from _violations(call.running.control_api, value)
    if violations:
        raise Violated([one._replace(path=(*path, *one.path)) for one in violations])
    _, normalizer = document_schema(call.running.control_api)
    running = call.running
    document = normalizer.fill(value)
    try:
        return (
            yield from read_document(
                document, running.apis, running.worlds.baseline.state, path, strict=running.settings.strict
            )
        )
    except InvalidDocument as error:
        raise violations_refusal(error.violations) from None


def _json(call: ControlCall, raw: bytes | memoryview) -> Slices[Any]:
    reader = JsonSlices(raw, ROWS_AT)
    try:
        value = yield from reader.value()
    except NotJson as error:
        raise Violated([Violation("body", (), "json", f"The body {error}.")]) from None
    if reader.repeated and call.running.settings.strict:
        keys = list(reader.repeated)[:MAX_VIOLATIONS]
        raise Violated([Violation("body", (), "lenient", sentence_of(key, "body")) for key in keys])
    return value


def _yaml(raw: bytes) -> Slices[Any]:
    try:
        return (yield from yaml_in_slices(raw, "body", ROWS_AT))
    except UnicodeDecodeError:
        raise Refusal(400, "not_yaml", "The body is not UTF-8 text.") from None
    except SetupError as error:
        raise Refusal(400, "not_yaml", str(error)) from None


def _violations(control_api: Api, value: Any) -> Slices[list[Violation]]:
    """What of a document is against the schema. Its rows are held against their own later, one by one."""
    validator, _ = document_schema(control_api)
    members = value if isinstance(value, dict) else {}
    long = {name: members[name] for name in _LONG if isinstance(members.get(name), list)}
    violations = validator.violations(_outline(value, long), "body")
    for name, entries in long.items():
        for begun in range(0, len(entries), _CHUNK):
            chunk = {"apis": {}, name: entries[begun : begun + _CHUNK]}
            for one in validator.violations(chunk, "body") if not validator.is_valid(chunk) else ():
                violations.append(one._replace(path=(name, begun + int(one.path[1]), *one.path[2:])))
            if len(violations) >= MAX_VIOLATIONS:
                return violations[:MAX_VIOLATIONS]
            yield
    return violations


def _outline(value: Any, long: dict[str, Any]) -> Any:
    """The value without its rows and secrets, and without what is long."""
    if not isinstance(value, dict):
        return value
    outline = {**value, **{name: [] for name in long}}
    if isinstance(value.get("apis"), dict):
        outline["apis"] = {stem: _members(members) for stem, members in value["apis"].items()}
    return outline


def _members(members: Any) -> Any:
    if not isinstance(members, dict):
        return members
    return {
        name: [] if isinstance(member, list) else {} if name == "credentials" else member
        for name, member in members.items()
    }
