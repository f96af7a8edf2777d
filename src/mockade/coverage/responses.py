"""Marks what an answer shows: its status, its media type, and its body."""

from __future__ import annotations

import orjson

from mockade.contract.body_values import chosen_content
from mockade.contract.media_types import is_json
from mockade.contract.reading import nests_deeply
from mockade.coverage.exchange import CountedExchange
from mockade.coverage.items import OperationItems
from mockade.coverage.marking import SEEN, is_done, mark_value
from mockade.coverage.requests import LONGEST


def mark_response(items: OperationItems, states: bytearray, answer: CountedExchange) -> bool:
    """Mark all that there is; whether the body was short enough to be read."""
    response = items.operation.response(answer.status)
    if response is None:
        return True
    number, contents, end = items.responses[response.status]
    states[number] = SEEN
    body = answer.response_body
    if not body or is_done(states, number, end, SEEN):
        return True
    full = next((value for name, value in answer.response_headers if name.lower() == b"content-type"), b"")
    sent = full.decode("latin-1").strip().lower()
    media_type = sent.partition(";")[0].strip()
    chosen = chosen_content(response.contents, sent if sent in response.contents else media_type)
    if chosen is None or not media_type or chosen[0] not in contents:
        return True
    _, number, schema = contents[chosen[0]]
    states[number] = SEEN
    if schema is None or is_done(states, schema.first, schema.end, SEEN) or not is_json(media_type):
        return True
    if len(body) > LONGEST:
        return False
    try:
        return nests_deeply(body) or mark_value(schema, orjson.loads(body), states, SEEN)
    except orjson.JSONDecodeError:
        return True  # a stream of values, or what a fault cut off
