"""The answers that idempotency keys bring back, as a document of a world's state has them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import orjson

from mockade.state.clock import exact_timestamp
from mockade.state.kept_replies import KeptReplies, KeptReply
from mockade.worlds.slices import Slices

_REPLIES = 10
"""Answers that are read in a slice."""

AddFault = Callable[..., None]
"""Takes a rule, a message, and the path of an entry."""


def encode_replies(replies: KeptReplies, stems: Collection[str]) -> Iterator[dict[str, Any]]:
    """The answers of the APIs in `stems`, the oldest first; their bodies are base64."""
    for _, key in replies.order.items():
        api, operation, caller, sent = orjson.loads(key)
        reply = replies.replies[key]
        if api in stems:
            yield {
                "at": exact_timestamp(reply.at),
                "api": api,
                "operation": operation,
                "caller": caller,
                "key": sent,
                "asked": reply.asked,
                "status": reply.status,
                "media_type": reply.media_type,
                "headers": [[part.decode("latin-1") for part in header] for header in reply.headers],
                "body": base64.b64encode(reply.body).decode(),
            }


def read_replies(
    entries: Sequence[Mapping[str, Any]], seconds: Callable[..., float], add_fault: AddFault
) -> Slices[KeptReplies]:
    """The answers of a document; `seconds` reads a moment, at a path for its own faults."""
    replies = KeptReplies()
    for position, one in enumerate(entries):
        if not position % _REPLIES:
            yield
        at = ("replies", position)
        try:
            body = base64.b64decode(one["body"], validate=True)
            headers = tuple(
                (name.encode("latin-1"), value.encode("latin-1")) for name, value in one["headers"]
            )
        except (binascii.Error, UnicodeEncodeError) as error:
            add_fault("replies", f"This answer is not as Mockade writes them: {error}. Leave it out.", *at)
            continue
        key = orjson.dumps([one["api"], one["operation"], one["caller"], one["key"]]).decode()
        reply = KeptReply(
            seconds(one["at"], *at, "at"), one["asked"], one["status"], body, one["media_type"], headers
        )
        replies = replies.keep(key, reply)
    return replies
