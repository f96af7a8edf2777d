"""An API of registers and counters, for several workers: what can be said of it is easy to check."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.reliability.homes import make_home

INTEGER, STRING = {"type": "integer"}, {"type": "string"}
THING = {
    "type": "object",
    "required": ["id", "value"],
    "properties": {"id": STRING, "value": INTEGER, "drawn": STRING},
}
_ID = {"name": "id", "in": "path", "required": True, "schema": STRING}
_DONE = {"description": "", "content": {"application/json": {"schema": THING}}}
_TAGGED = {**_DONE, "headers": {"ETag": {"schema": STRING}}}


def _sent(*names: str) -> dict[str, Any]:
    schema = {"type": "object", "required": names, "properties": dict.fromkeys(names, INTEGER)}
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}


def _answered(**responses: Any) -> dict[str, Any]:
    return {
        "responses": {
            status.removeprefix("s"): told or {"description": ""} for status, told in responses.items()
        }
    }


_READ = _answered(s200=_TAGGED, s304=None, s404=None)

PATHS = {
    "/registers/{id}": {"get": _READ, "put": {**_sent("value"), **_answered(s200=_DONE)}},
    "/registers/{id}/swap": {"post": {**_sent("expected", "value"), **_answered(s200=_DONE)}},
    "/counters/{id}": {"get": _READ, "post": _answered(s200=_DONE)},
    "/counters/{id}/later": {"post": {**_sent("value"), **_answered(s202=None)}},
}
"""PUT sets a register, POST of `swap` sets it where it has the value that is expected (and answers with what
it has then, however that went), POST counts, and POST of `later` counts in so many milliseconds."""

CONTRACT = {
    "openapi": "3.0.3",
    "info": {"title": "Tally", "version": "1"},
    "paths": {path: {"parameters": [_ID], **operations} for path, operations in PATHS.items()},
    "components": {"schemas": {"Register": THING, "Counter": THING}},
}

TALLY = json.dumps(CONTRACT)

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


def post_registers_id_swap(call, id, body):
    rows = call.rows("registers")
    found = rows.get(id)
    if found["value"] != body["expected"]:
        return dict(found)
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


def home(folder: Path) -> str:
    """A folder that serves it."""
    files = {"specs/tally.json": TALLY, "fixtures/tally.yaml": FIXTURES, "apis/tally.py": HANDLERS}
    return make_home(folder / "tally", files)
