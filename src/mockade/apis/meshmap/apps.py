"""The app of the caller: its key decides it, and no app sees the rows of another."""

from __future__ import annotations

from mockade.handling import Call, Row


def app_of(call: Call) -> str:
    """The app of the caller's key; a key without an `app` in the fixtures has an app of its own."""
    return str(call.caller.facts.get("app", call.caller.id))


def in_app(call: Call, name: str) -> str:
    """The index key of `name` in the caller's app, so that no other app's row can be found (inferred)."""
    return f"{app_of(call)}/{name}"


def key_of(row: Row) -> str:
    """The key of a row by its `id`, which is unique in its app."""
    return f"{row.beside['app']}/{row['id']}"


def session_of(row: Row) -> str:
    """The key of the session that a registered player belongs to."""
    return f"{row.beside['app']}/{row.beside['session']}"
