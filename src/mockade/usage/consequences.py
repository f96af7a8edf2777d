"""What a client does after an answer that should have changed what it does: a refusal, an ETag."""

from __future__ import annotations

from collections.abc import Iterator

from mockade.contract.violations import Violation
from mockade.usage.calls import MOST_KEPT, ClientCalls, UsedCall, notice
from mockade.usage.repetition import was_judged

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

AFTER = frozenset({403, 409, 412})
"""Refusals that a client has to heed in what it does next."""

_CONDITIONS = (b"if-match", b"if-unmodified-since")


def went_on(call: UsedCall, last: UsedCall) -> Iterator[Violation]:
    """A write goes on from one that was refused just before, and finds nothing there to go on from."""
    one, refused = call.exchange, last.exchange
    if refused.method in SAFE or one.method in SAFE or not was_judged(last):
        return
    is_same_path = one.path == refused.path
    if refused.status == 412 and is_same_path and one.method == refused.method:
        if b"if-match" in last.sent and not _is_conditional(call) and one.status < 300:
            message = (
                "Refused with 412 just before, and now written without If-Match: what somebody else had "
                "changed is overwritten. Read it again, and decide anew."
            )
            yield notice("unheeded", ("if-match",), message, last.facts.response_source(412))
        return
    if refused.status not in AFTER or one.status not in (404, 409, 410) or not was_judged(call):
        return
    if (is_same_path and one.method != refused.method) or one.path.startswith(f"{refused.path}/"):
        message = (
            f"{refused.method} {refused.path} was refused with {refused.status} just before, and this goes "
            f"on as if it had not been ({one.status}). Heed the refusal."
        )
        yield notice("unheeded", (), message, last.facts.response_source(refused.status), "path")


def overwritten(call: UsedCall, client: ClientCalls) -> Iterator[Violation]:
    """A write without If-Match, where the contract takes it and the client knows the ETag."""
    source = call.facts.if_match
    exchange = call.exchange
    if source is None or exchange.method in SAFE or exchange.status >= 300 or _is_conditional(call):
        return
    if exchange.path in client.tags:
        message = (
            "Written without If-Match, though the ETag was told: what somebody else changed meanwhile is "
            "overwritten. Send the ETag that came with it."
        )
        yield notice("unconditional", ("if-match",), message, source)


def keep_tag(call: UsedCall, client: ClientCalls) -> None:
    """Remember the ETag of what is at a path, or that there is nothing any more."""
    exchange, tags = call.exchange, client.tags
    if exchange.method == "DELETE" and exchange.status < 300:
        tags.pop(exchange.path, None)
    elif exchange.status < 300 and b"etag" in call.told:
        if len(tags) >= MOST_KEPT:
            del tags[next(iter(tags))]
        tags[exchange.path] = call.told[b"etag"]


def _is_conditional(call: UsedCall) -> bool:
    return any(name in call.sent for name in _CONDITIONS)
