"""Lists that show rows by a schema of their own: `{listId, copies}` as `{bulkListId, createdDate}`."""

from __future__ import annotations

from typing import Any

from mockade.contract.document import Node
from mockade.contract.properties import properties
from mockade.crud.roles.envelopes import Envelope, is_wrapper, list_envelope, says_nothing
from mockade.crud.roles.keys import KeyPart, OwnKey


def summary_envelope(schema: Node | None, own: OwnKey) -> Envelope | None:
    """The envelope of what a collection path lists, whatever its objects are; None where it lists none.

    It is the body, is called as rows are, or has their key; it is not in a thing with a key of its own.
    """
    envelope = list_envelope(schema, _is_object, own.noun)
    if envelope is None or envelope.each is not None:
        return None
    if envelope.path:
        is_thing = own.find(envelope.schema, sure=True) is not None
        is_called = is_wrapper(envelope.path[-1], own.noun) or own.parameter in properties(
            envelope.row_schema
        )
        if is_thing or not is_called:
            return None
    key = own.find(envelope.row_schema, sure=False)
    if key is None and not properties(envelope.row_schema):
        return envelope._replace(key_path=(own.parameter,))
    return envelope._replace(key_path=key.path if key is not None else ())


def _is_object(items: Node) -> bool:
    return bool(properties(items)) or says_nothing(items) or items.value == {}


def summary(row: dict[str, Any], key: Any, envelope: Envelope) -> dict[str, Any]:
    """What a list shows of a row of that key by a schema of its own: what both have, and the key."""
    known = properties(envelope.row_schema)
    shown = {name: value for name, value in row.items() if name in known} if known else dict(row)
    return KeyPart("", envelope.key_path or (), frozenset()).put(shown, key)
