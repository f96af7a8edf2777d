"""Control: a world's state kept under a name, taken away as a document, brought in, and gone back to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockade.catalogue.redaction import Redaction
from mockade.contract.reading import parse
from mockade.contract.yaml_writer import yaml_text
from mockade.control.call import ControlCall, state_document, violations_refusal
from mockade.control.worlds import snapshot
from mockade.control.worlds import told as world_told
from mockade.errors import Refusal, SetupError
from mockade.handling import Reply
from mockade.snapshots.reader import InvalidDocument, read_document
from mockade.snapshots.writer import document
from mockade.state.clock import timestamp
from mockade.state.state import State
from mockade.worlds.world import World

MOST_KEPT = 1000
"""How many snapshots a world may have."""


def told(name: str, state: State) -> dict[str, Any]:
    """A snapshot as the contract's component Snapshot."""
    return {"name": name, "time": timestamp(state.clock.now()), "rows": state.rows()}


def list_snapshots(call: ControlCall) -> dict[str, Any]:
    return {"snapshots": [told(name, state) for name, state in call.world.snapshots.items()]}


def take_snapshot(call: ControlCall, body: dict[str, Any]) -> dict[str, Any]:
    """Refuses a name that is taken with 409: what it stands for would be lost."""
    world, name = call.world, body["name"]
    if name in world.snapshots:
        message = (
            f"The world {world.name!r} has a snapshot {name!r} already: choose another name, or delete it."
        )
        raise Refusal(409, "snapshot_exists", message)
    _keep(world, name, world.state, "takeSnapshot")
    return told(name, world.state)


def get_snapshot(call: ControlCall, name: str) -> Reply:
    apis = call.running.apis
    redaction = None if call.query["secrets"] else Redaction.of(apis.values())
    made = document(snapshot(call.world, name), apis, redaction)
    return Reply(yaml_text(made).encode() if call.query["format"] == "yaml" else made)


def put_snapshot(call: ControlCall, name: str, body: dict[str, Any] | str) -> Reply:
    """Takes the place of a snapshot of that name. YAML comes as its text."""
    world, running = call.world, call.running
    said = _from_yaml(call, body) if isinstance(body, str) else body
    try:
        state = read_document(said, running.apis, running.worlds.baseline.state)
    except InvalidDocument as error:
        raise violations_refusal(error.violations) from None
    status = 200 if name in world.snapshots else 201
    _keep(world, name, state, "putSnapshot")
    return Reply(told(name, state), status)


def delete_snapshot(call: ControlCall, name: str) -> None:
    world = call.world
    snapshot(world, name)
    world.delete_snapshot(name)


def restore_snapshot(call: ControlCall, name: str) -> dict[str, Any]:
    world = call.world
    snapshot(world, name)
    world.restore_snapshot(name)
    return world_told(world)


def _keep(world: World, name: str, state: State, operation: str) -> None:
    """Keep `state` as the newest snapshot. Refuses one too many with 409."""
    if name not in world.snapshots and len(world.snapshots) >= MOST_KEPT:
        message = (
            f"The world {world.name!r} has {MOST_KEPT:,} snapshots, and no more are kept. Delete some "
            f"(DELETE /_mockade/v1/worlds/{world.name}/snapshots/NAME), or fork worlds instead."
        )
        raise Refusal(409, "too_many_snapshots", message)
    world.keep_snapshot(name, state, operation)


def _from_yaml(call: ControlCall, text: str) -> Mapping[str, Any]:
    """What YAML says, in the form of the contract's StateDocument; JSON is held against it on its way in."""
    try:
        said: Mapping[str, Any] = parse(Path("body.yaml"), text, "body")
    except SetupError as error:
        raise Refusal(400, "not_yaml", str(error)) from None
    validator, normalizer = state_document(call.running.own)
    violations = validator.violations(said, "body")
    if violations:
        raise violations_refusal(violations)
    normalizer.fill(said)
    return said
