"""A journal as server-sent events: read from a connection of their own, one by one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from typing import Any, NamedTuple

from mockade.client.remote import Remote
from mockade.client.resources import segment


class Event(NamedTuple):
    """An event of the stream: its id, for `Last-Event-ID`, its name, and its data."""

    id: str
    name: str
    data: Mapping[str, Any]


def events(world: Remote, seen: str = "", **query: Any) -> Iterator[Event]:
    """What comes behind the event `seen`, as long as the server sends.

    Raises ControlError for a refusal, and for a server that has gone or has no such stream (404).
    """
    headers = {"Last-Event-ID": seen} if seen else {}
    lines = world.stream(f"/worlds/{segment(world.world)}/events", headers, **query)
    with closing(lines):
        yield from parsed(lines)


def parsed(lines: Iterable[bytes]) -> Iterator[Event]:
    """The events of whole lines; what is no event, such as a comment, is passed over."""
    fields: dict[str, str] = {}
    for line in lines:
        if line.strip():
            name, _, value = line.decode("utf-8", "replace").rstrip("\r\n").partition(":")
            fields[name] = value.removeprefix(" ")
        elif "event" in fields:
            yield Event(fields.get("id", ""), fields["event"], json.loads(fields.get("data", "{}")))
            fields = {}
        else:
            fields = {}
