"""Control: what of the contracts was tried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from mockade.catalogue.api import Api
from mockade.control.call import ControlCall
from mockade.control.status import answerer_kind
from mockade.coverage.counting import Coverage
from mockade.handling import Reply
from mockade.worlds.slices import Pieces, Slices, collected


def read_coverage(call: ControlCall) -> Slices[Reply]:
    """Refuses with 404 an API that is not served."""
    world, name = call.world, call.query.get("api")
    if name is not None:
        call.api(name)
    return _read(call, world.coverage, list(call.running.apis.values()) if name is None else call.meant(name))


def _read(call: ControlCall, coverage: Coverage, apis: list[Api]) -> Slices[Reply]:
    from mockade.coverage.document import CoveredApi, api_head, head, operation_documents, sum_of

    if call.query["merged"]:
        coverage = yield from call.running.worlds.coverage()
    settings = call.running.settings
    written: list[bytes] = []
    heads: list[dict[str, Any]] = []
    for api in apis:
        answerers = {name: answerer_kind(api, name, settings) for name in api.answerers}
        told = CoveredApi(api.stem, api.contract, answerers)
        yield
        operations: list[bytes] = []
        totals: list[dict[str, Any]] = []
        for one in operation_documents(coverage, told, call.query["items"]):
            if one is not None:
                operations.append(orjson.dumps(one))
                totals.append({"totals": one["totals"]})
            yield
        heads.append({**api_head(told), "totals": sum_of(totals), "operations": []})
        written.append(b",".join(operations))
        yield
    outline = {**head(coverage), "totals": sum_of(heads), "apis": heads}
    return Reply(Pieces(outline, (yield from collected(_pieces(outline, written)))))


def _pieces(outline: dict[str, Any], operations: list[bytes]) -> Iterator[bytes]:
    """The whole as JSON, of its outline and the operations of each API."""
    yield orjson.dumps({name: value for name, value in outline.items() if name != "apis"})[:-1] + b',"apis":['
    for at, (api, written) in enumerate(zip(outline["apis"], operations, strict=True)):
        begun = orjson.dumps({name: value for name, value in api.items() if name != "operations"})[:-1]
        yield (b"," if at else b"") + begun + b',"operations":['
        yield written
        yield b"]}"
    yield b"]}"
