"""JSON Patch (RFC 6902) on rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jsonpatch
import orjson
from jsonpointer import JsonPointer

from mockade.contract.document import Node
from mockade.contract.operations import Operation
from mockade.contract.properties import properties
from mockade.contract.response_view import has_hidden_parts, visible_part
from mockade.contract.violations import ABSENT
from mockade.contract.wording import shown_value
from mockade.crud.row_faults import documented_status
from mockade.errors import Refusal

MEDIA_TYPE = "application/json-patch+json"

_MOST_OPERATIONS = 1000

_MOST_GROWTH = 2**20
"""Bytes that a patch may add to a row: twenty copies of a row into itself would fill the memory."""

_COPYING = frozenset({"copy", "move"})


def takes_json_patch(operation: Operation) -> bool:
    """Whether a request body may be a JSON Patch: by its media type, or by the items of its list."""
    contents = operation.body.contents.items() if operation.body else ()
    return any(
        media_type.startswith(MEDIA_TYPE)
        or (content.schema is not None and {"op", "path"} <= properties(content.schema.get("items")).keys())
        for media_type, content in contents
    )


def is_json_patch(media_type: str, body: Any) -> bool:
    """Whether a body is a JSON Patch: by its media type, or, under another one, by its form."""
    if not isinstance(body, list):
        return False
    is_of_steps = all(isinstance(one, dict) and {"op", "path"} <= one.keys() for one in body)
    return media_type.startswith(MEDIA_TYPE) or (is_of_steps and bool(body))


def json_patched(
    row: Mapping[str, Any], patch: Sequence[Any], operation: Operation, holds: Node
) -> dict[str, Any]:
    """A copy of `row` with all of the patch applied. Refuses with the operation that failed, and where.

    What no answer shows of a row (`holds` is its schema) may be written, and neither copied nor tested.

    A test that fails is refused with 409, and what cannot be done with 422, where `operation` documents them.
    """
    before = orjson.dumps(row)
    document: Any = orjson.loads(before)
    if len(patch) > _MOST_OPERATIONS:
        message = f"body: a patch has at most {_MOST_OPERATIONS:,} operations here, not {len(patch):,}."
        raise _refusal(operation, _IMPOSSIBLE, "invalid_patch", message)
    for at, one in enumerate(patch):
        name, path = (one.get("op"), one.get("path")) if isinstance(one, dict) else ("", "")
        try:
            if has_hidden_parts(holds) and _reads_what_is_hidden(document, one, holds):
                raise jsonpatch.JsonPointerException
            document = jsonpatch.apply_patch(document, [one], in_place=True)
        except jsonpatch.JsonPatchTestFailed:
            message = f"body/{at}: the test at {path!r} fails: the row has another value there, or none."
            raise _refusal(operation, _FAILED, "test_failed", message) from None
        except (jsonpatch.JsonPatchPathNotFound, jsonpatch.JsonPointerException):
            message = f"body/{at}: {name} at {path!r} points to nothing in the row."
            raise _refusal(operation, _IMPOSSIBLE, "invalid_patch", message) from None
        except jsonpatch.JsonPatchException as error:
            message = f"body/{at}: {name} at {path!r} cannot be done: {error}."
            raise _refusal(operation, _IMPOSSIBLE, "invalid_patch", message) from None
        if name in _COPYING and len(orjson.dumps(document)) > len(before) + _MOST_GROWTH:
            message = f"body/{at}: {name} at {path!r} adds more than {_MOST_GROWTH:,} bytes to the row."
            raise _refusal(operation, _IMPOSSIBLE, "invalid_patch", message)
    if not isinstance(document, dict):
        message = f"body: this patch makes of the row what is no object: {shown_value(document)}."
        raise _refusal(operation, _IMPOSSIBLE, "invalid_patch", message)
    return document


_FAILED = (409, 412, 422, 400)
"""The statuses that a failed test may be refused with, the best first."""

_IMPOSSIBLE = (422, 409, 400)


def _refusal(operation: Operation, statuses: Sequence[int], code: str, message: str) -> Refusal:
    return Refusal(documented_status(operation, statuses, otherwise=400), code, message)


def _reads_what_is_hidden(document: Any, one: Any, holds: Node) -> bool:
    """Whether an operation of a patch looks at a value of which answers do not show all."""
    name = one.get("op") if isinstance(one, dict) else None
    pointer = one.get("from") if name in _COPYING else one.get("path") if name == "test" else None
    if not isinstance(pointer, str):
        return False
    whole, shown = (
        JsonPointer(pointer).resolve(value, ABSENT) for value in (document, visible_part(document, holds))
    )
    return bool(whole != shown)
