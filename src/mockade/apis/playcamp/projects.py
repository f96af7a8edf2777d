"""The project of the caller: its key decides it."""

from __future__ import annotations

from mockade.handling import Call


def project_of(call: Call) -> str:
    """The project of the caller's key; a key without a `project` in the fixtures has one of its own."""
    return str(call.caller.facts.get("project", call.caller.id))


def in_project(call: Call, name: str | int) -> str:
    """The index key of `name` in the caller's project, so that no other project's row can be found."""
    return f"{project_of(call)}/{name}"
