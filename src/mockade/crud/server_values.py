"""What only the server writes: made for new objects, dropped when a client sends it, kept on updates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mockade.contract.document import Node
from mockade.contract.properties import flagged, properties, types
from mockade.contract.samples import own_example
from mockade.contract.schemas import Schemas
from mockade.contract.violations import ABSENT
from mockade.contract.vocabulary import CREATED, MOMENT_ENDS, OPAQUE_KEYS, UPDATED
from mockade.crud.roles.naming import noun_of
from mockade.handling import Call

_END = f"({'|'.join(MOMENT_ENDS)})?"
_CREATED = re.compile(rf"(date)?({'|'.join((*CREATED, 'inserted', 'registered'))}){_END}")
_UPDATED = re.compile(rf"(date)?(last)?({'|'.join(UPDATED)}){_END}")
_LONGEST_SECONDS = 100_000_000_000
"""A time beyond it, which is in the year 5138, is in milliseconds."""

_OWN_KEYS = frozenset({"_id", *OPAQUE_KEYS})


class ServerValues(NamedTuple):
    """The values that only the server writes, for one call.

    Of a property whose schema is `readOnly`, in a row or in a request, a client's value never counts.
    An object's own key and the times of its birth and of its last change are made where a client cannot
    give them: where they are read-only, or no property of the request.
    """

    call: Call
    schemas: Schemas
    row: Node
    request: Node | None
    """The schema of the fields in a request, where it has one."""

    def written(self, fields: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
        """The fields as a client gives them, with what the server writes at every depth.

        `old` is the row before. Of the row's own key and times there is what `old` has, and no more.
        """
        return self._object(fields, self.row, self.request, old, "")

    def first_value(self, name: str, number: int, *, is_required: bool) -> Any:
        """The world's time for a new row's property that holds such a time, and an identifier beside its key.

        `number` is the row's. ABSENT for any other property.
        """
        known, asked = properties(self.row), properties(self.request)
        node = known[name]
        if name in _OWN_KEYS and (is_required or self._is_servers(name, known, asked, "")):
            return self._made(name, node, "", number)
        if not (is_time_of_birth(name, node) or is_update_time(name, node)):
            return ABSENT
        is_wanted = is_required or _says_time(node) or self._is_servers(name, known, asked, "")
        return self.time(name, node) if is_wanted else ABSENT

    def update_times(self, fields: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
        """The world's time for the properties that hold when the row was last changed, but for those sent."""
        known, asked = properties(self.row), properties(self.request)
        times = {
            name: self.time(name, node)
            for name, node in known.items()
            if name not in sent and is_update_time(name, node)
            if name in fields or self._is_servers(name, known, asked, "")
        }
        return {name: value for name, value in times.items() if value is not ABSENT}

    def _below(
        self, value: Any, row: Node | None, request: Node | None, old: Any, name: str, number: int = 0
    ) -> Any:
        if isinstance(value, dict):
            written = self._object(value, row, request, old if isinstance(old, dict) else {}, name)
            return self._stamped(written, row, request, old if isinstance(old, dict) else None, name, number)
        if isinstance(value, list):
            return self._list(value, row, request, old if isinstance(old, list) else [], name)
        return value

    def _object(
        self,
        value: Mapping[str, Any],
        row: Node | None,
        request: Node | None,
        old: Mapping[str, Any],
        name: str,
    ) -> dict[str, Any]:
        """The object without what the client may not write, and with what the server has written of it."""
        known, asked = properties(row), properties(request)
        written = {}
        for member, given in value.items():
            if not _is_read_only(member, known, asked):
                below = old.get(member, ABSENT)
                written[member] = self._below(given, known.get(member), asked.get(member), below, member)
        for member in known:
            if member in old and member not in written and self._is_servers(member, known, asked, name):
                written[member] = old[member]
        return written

    def _stamped(
        self,
        value: dict[str, Any],
        row: Node | None,
        request: Node | None,
        old: dict[str, Any] | None,
        name: str,
        number: int,
    ) -> dict[str, Any]:
        """An object inside a row with a key and times of its own, where it has a place for them.

        `number` is the one that it has in its list, 0 where it is in none.
        """
        known, asked = properties(row), properties(request)
        is_changed = old is None or any(value.get(member) != old.get(member) for member in value)
        for member, node in known.items():
            if self._is_servers(member, known, asked, name):
                is_due = member not in value or (is_changed and is_update_time(member, node))
                made = self._made(member, node, name, number) if is_due else ABSENT
                if made is not ABSENT:
                    value[member] = made
        return value

    def _list(
        self, value: list[Any], row: Node | None, request: Node | None, old: Sequence[Any], name: str
    ) -> list[Any]:
        """The list; each object in it is the old one of the same key, else the one of the same content."""
        items = row.get("items") if row is not None else None
        asked = request.get("items") if request is not None else None
        before = [one for one in old if isinstance(one, dict)]
        key = own_key(properties(items), name)
        numbers = [one[key] for one in before if isinstance(one.get(key), int)]
        number = max(numbers, default=0)
        found = []
        for item in value:
            same = _same(item, before, key) if isinstance(item, dict) else None
            if same is None:
                number += 1
            else:
                before = [one for one in before if one is not same]
            found.append(self._below(item, items, asked, ABSENT if same is None else same, name, number))
        return found

    def _is_servers(
        self, member: str, known: Mapping[str, Node], asked: Mapping[str, Node], name: str
    ) -> bool:
        """Whether only the server writes a property of an object that stands under `name`."""
        if _is_read_only(member, known, asked):
            return True
        is_stamp = is_time_of_birth(member, known[member]) or is_update_time(member, known[member])
        return member not in asked and bool(asked) and (is_stamp or member == own_key(known, name))

    def _made(self, member: str, node: Node, name: str, number: int) -> Any:
        """A key or a time for an object that stands under `name`; ABSENT for other properties."""
        if is_time_of_birth(member, node) or is_update_time(member, node):
            return self.time(member, node)
        if _is_key(member, name) and types(node) & {"string", "integer"}:
            made = self.call.new_uuid()
            forms: tuple[Any, ...] = (made, number or int(made[:7], 16), made.replace("-", "")[:12])
            return next((form for form in forms if self.schemas.validator(node).admits(form)), ABSENT)
        return ABSENT

    def time(self, name: str, node: Node) -> Any:
        """The world's time as a property has it: text, seconds or milliseconds; ABSENT where none fits.

        A number is of seconds, unless the schema says, or its name is written as JavaScript writes names.
        """
        seconds = self.call.seconds()
        given, words = own_example(node), str(node.value).lower()
        is_large = isinstance(given, int | float) and given > _LONGEST_SECONDS
        is_script = given is ABSENT and "second" not in words and "unix" not in words and name.endswith("At")
        whole = int(seconds * 1000) if "milli" in words or is_large or is_script else int(seconds)
        for form in (self.call.now(), self.call.now()[:10], whole):
            if self.schemas.validator(node).admits(form):
                return form
        return ABSENT


def is_time_of_birth(name: str, schema: Node) -> bool:
    """Whether a property holds when its object was made."""
    return _is_time(schema) and _CREATED.fullmatch(_plain(name)) is not None


def is_update_time(name: str, schema: Node) -> bool:
    """Whether a property holds when its object was last changed."""
    return _is_time(schema) and _UPDATED.fullmatch(_plain(name)) is not None


def own_key(known: Mapping[str, Node], name: str) -> str:
    """The property that holds the key of an object which stands under `name`; empty where it has none.

    An item of `lines` has `id`, `lineId` or `line_id`.
    """
    return next((member for member in known if _is_key(member, name)), "")


def _is_key(member: str, name: str) -> bool:
    nouns = ("".join(noun_of(name)), _plain(name))
    return member in _OWN_KEYS or (bool(name) and _plain(member) in [f"{noun}id" for noun in nouns])


def _says_time(schema: Node) -> bool:
    return schema.text("format") in ("date-time", "date")


def _is_time(schema: Node) -> bool:
    """Whether a property of such a name may hold a time: also as a number, or as text of no format."""
    if _says_time(schema) or types(schema) & {"integer", "number"}:
        return True
    words = schema.value if isinstance(schema.value, dict) else {}
    given = own_example(schema)
    is_text = "string" in types(schema) and not {"format", "enum", "const", "pattern"} & words.keys()
    return is_text and (given is ABSENT or re.match(r"\d{4}-\d\d-\d\d", str(given)) is not None)


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _is_read_only(member: str, known: Mapping[str, Node], asked: Mapping[str, Node]) -> bool:
    return any(member in names and flagged(names[member], "readOnly") for names in (known, asked))


def _same(item: Mapping[str, Any], before: Sequence[dict[str, Any]], key: str) -> dict[str, Any] | None:
    """The old item that `item` is: of the same key, or, where it has none, of the same content."""
    if key and item.get(key) is not None:
        return next((one for one in before if one.get(key) == item[key]), None)
    return next((one for one in before if item.items() <= one.items()), None)
