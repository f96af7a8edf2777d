"""Idempotency keys: a request that comes again with the key of an earlier one gets that one's answer."""

from __future__ import annotations

from collections.abc import Callable

import orjson

from mockade.contract.operations import Operation
from mockade.contract.violations import Violation
from mockade.contract.wording import shown_value
from mockade.errors import Refusal
from mockade.handling import Call
from mockade.middleware.responses import PreparedResponse
from mockade.state.ids import fingerprint
from mockade.state.kept_replies import KeptReply

_OTHER_REQUEST = (422, 409, 400)
"""The statuses that another request with a key is refused with, the best first."""


def answered_once(
    call: Call, operation: Operation, answer: Callable[[], PreparedResponse]
) -> PreparedResponse:
    """What `answer` gives; what it gave before to the same request with the key that this one has.

    A key is known for a day of the world's clock, to its caller and its operation. A refusal is not kept.
    Refuses another request with the key where the contract documents a status for it.
    """
    name = operation.idempotency_header
    value = str(call.headers.get(name, ""))
    if not value:
        return answer()
    transaction, now = call.transaction, call.seconds()
    key = orjson.dumps([call.api, operation.id, call.caller.id, value]).decode()
    asked = fingerprint(orjson.dumps([call.path, call.query, call.body], option=orjson.OPT_NON_STR_KEYS))
    kept = transaction.state.replies.find(key, now)
    if kept is not None and kept.asked == asked:
        call.notices.append(_notice(name, value, "It was answered as the first request with this key was."))
        return PreparedResponse(kept.status, kept.body, kept.media_type, list(kept.headers))
    if kept is not None:
        used = f"{name} {shown_value(value)} was used for another request before"
        message = f"{used}: send a new key with a new request."
        status = next((one for one in _OTHER_REQUEST if str(one) in operation.responses), None)
        if status is not None:
            raise Refusal(status, "idempotency_key_reused", message)
        call.notices.append(_notice(name, value, f"{message} It was answered as a new one."))
    response = answer()
    reply = KeptReply(
        now, asked, response.status, response.body, response.media_type, tuple(response.headers)
    )
    transaction.keep_reply(key, reply)
    return response


def _notice(name: str, value: str, message: str) -> Violation:
    return Violation("header", (name,), "idempotency", message, value=value, notice=True)
