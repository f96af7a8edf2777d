"""Whose a row is: the key decides the app, and no app sees another's."""

from __future__ import annotations

from mockade.handling import Call, Row


def app_of(call: Call) -> str:
    """The app that the caller's key is of; a key that the fixtures give no `app` has one of its own."""
    return str(call.caller.facts.get("app", call.caller.id))


def in_app(call: Call, name: str) -> str:
    """What `name` is filed under in the caller's app, so that no other app's row can be found (inferred)."""
    return f"{app_of(call)}/{name}"


def key_of(row: Row) -> str:
    """The key of a row that has an `id`: unique in its app."""
    return f"{row.beside['app']}/{row['id']}"


def session_of(row: Row) -> str:
    """The key of the session that a registered player belongs to."""
    return f"{row.beside['app']}/{row.beside['session']}"
