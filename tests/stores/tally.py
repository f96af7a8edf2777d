"""An API of registers and counters: what can be said of it is easy to check."""

from __future__ import annotations

from typing import Any

from tests.contracts import answers, body, contract

VALUE = {"type": "object", "required": ["value"], "properties": {"value": {"type": "integer"}}}
THING = {
    "type": "object",
    "required": ["id", "value"],
    "properties": {"id": {"type": "string"}, "value": {"type": "integer"}, "drawn": {"type": "string"}},
}


def _read() -> dict[str, Any]:
    return {
        "responses": {
            200: {"description": "", **body(THING), "headers": {"ETag": {"schema": {"type": "string"}}}},
            304: {"description": ""},
            404: {"description": ""},
        }
    }


TALLY = contract(
    {
        "/registers/{id}": {"get": _read(), "put": {"requestBody": body(VALUE), **answers(200, THING)}},
        "/counters/{id}": {"get": _read(), "post": answers(200, THING)},
        "/counters/{id}/later": {"post": {"requestBody": body(VALUE), **answers(202)}},
    },
    {"Register": THING, "Counter": THING},
)
"""PUT sets a register, POST counts, and POST of `later` counts in so many milliseconds."""

HANDLERS = """
from mockade.handling import Collection, Reply, etag

collections = (Collection("registers", holds="Register"), Collection("counters", holds="Counter"))


def _read(rows, id):
    row = rows.get(id)
    return Reply(dict(row), headers={"ETag": etag(dict(row))})


def get_registers_id(call, id):
    return _read(call.rows("registers"), id)


def get_counters_id(call, id):
    return _read(call.rows("counters"), id)


def put_registers_id(call, id, body):
    rows = call.rows("registers")
    found = rows.find(id)
    if found is None:
        return rows.add({"id": id, "value": body["value"]})
    return rows.change(id, value=body["value"])


def _count(call, id):
    rows = call.rows("counters")
    return rows.change(id, value=rows.get(id)["value"] + 1, drawn=call.new_uuid())


def post_counters_id(call, id):
    return _count(call, id)


def post_counters_id_later(call, id, body):
    call.set_event("ring", f"{id}/{call.new_uuid()}", body["value"] / 1000)


def ring(call, key):
    _count(call, key.partition("/")[0])


timeline = (ring,)
pure = True
"""

FIXTURES = "registers: [{id: r, value: 0}]\ncounters: [{id: c, value: 0}]\n"
