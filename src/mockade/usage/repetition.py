"""What is wrong with a request that comes again: too fast a poll, a refusal that is not heeded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime

from mockade.contract.violations import Violation
from mockade.usage.calls import MOST_KEPT, ClientCalls, Pause, UsedCall, notice
from mockade.usage.operation_facts import INTERVAL
from mockade.worlds.journal import REFUSING

TOLERATED = 2
"""How many times in a row a request may come again: who tries once more has not lost count. What goes on is
told once: a thousand polls are one mistake."""

AT_ONCE = 1.0
"""Seconds of the world's time within which a request that comes again was not waited with."""

_LATE_ENOUGH = 0.9
"""The part of an interval after which a client may ask: its clock and ours do not tick together."""

FIRM = frozenset({400, 403, 410, 412, 422})
"""Refusals that the same request will meet again, however long it waits (RFC 9110, section 15.5)."""

PASSING = frozenset({409, 423, 429})
"""Refusals that time may heal."""


def was_judged(call: UsedCall) -> bool:
    """Whether the API answered, and not a fault, and the request kept the contract."""
    return call.exchange.answered_by in REFUSING and not call.exchange.violations


def unheeded(call: UsedCall, last: UsedCall) -> Iterator[Violation]:
    """The same request is refused once more, and nothing had changed since; asked for what is repeated."""
    status = call.exchange.status
    if status != last.exchange.status or call.sent != last.sent or not was_judged(call):
        return
    is_at_once = status in PASSING and call.follows(last) < AT_ONCE
    if status not in FIRM and not is_at_once:
        return
    call.refused = last.refused + 1
    if call.refused != TOLERATED:
        return
    message = (
        f"Refused with {status} for the 3rd time in a row, each time the same "
        "request, and nothing had changed. Heed the refusal, or change the request."
    )
    yield notice("unheeded", (), message, call.facts.response_source(status))


def too_early(call: UsedCall, last: UsedCall) -> Iterator[Violation]:
    """It comes again before the answer was stale, or before the contract's interval is over."""
    passed = call.follows(last)
    if passed <= 0:
        return  # the world's clock stands still: nobody could have waited
    facts = call.facts
    path: tuple[str, ...] = ()
    if facts.interval:
        least = facts.interval
        why = f"the contract asks for {least:g} s between two ({INTERVAL}). Wait as long."
        source = facts.operation.source.child(INTERVAL)
        is_early = passed < least * _LATE_ENOUGH
    else:
        least = _freshness(last)
        said = last.told.get(b"cache-control", b"").decode("latin-1")
        why = f"its answer was good for {least:g} s (Cache-Control: {said}). Keep it that long."
        path = ("cache-control",)
        source = facts.response_source(last.exchange.status, "cache-control")
        is_early = passed < least and _is_read(call) and _is_unchanged(call, last) and not _asks_anew(call)
    if not is_early:
        return
    call.early = last.early + 1
    if call.early == TOLERATED:
        message = f"Asked again after {passed:.2g} s, the 3rd time in a row; {why}"
        yield notice("polling", path, message, source, "header" if path else "path")


def _asks_anew(call: UsedCall) -> bool:
    """Whether it says that it wants no answer that was kept, or only one that has changed."""
    return b"if-none-match" in call.sent or b"no-cache" in call.sent.get(b"cache-control", b"")


def fetched_again(call: UsedCall, last: UsedCall) -> Iterator[Violation]:
    """It fetches what has not changed, without the ETag that it was given."""
    tag = call.told.get(b"etag")
    source = call.facts.if_none_match
    if source is None or tag is None or tag != last.told.get(b"etag") or not _is_unchanged(call, last):
        return
    if b"if-none-match" in call.sent or not _is_read(call):
        return
    call.fetched = last.fetched + 1
    if call.fetched == TOLERATED:
        message = (
            "Fetched for the 3rd time in a row, and it had not changed. Send "
            "the ETag that came with it in If-None-Match: the answer is a 304 without a body."
        )
        yield notice("unconditional", ("if-none-match",), message, source)


def in_a_pause(call: UsedCall, client: ClientCalls) -> Iterator[Violation]:
    """It comes before the time that Retry-After named. A pause that is over is forgotten."""
    exchange = call.exchange
    pause = client.pauses.get((exchange.method, exchange.path))
    if pause is None:
        return
    if exchange.began >= pause.until:
        del client.pauses[exchange.method, exchange.path]
    elif exchange.began > pause.since:
        message = (
            f"Asked again {exchange.began - pause.since:.2g} s after a {pause.status} with Retry-After: "
            f"{pause.said}. Wait as long as it says."
        )
        yield notice("polling", ("retry-after",), message, pause.source)


def keep_pause(call: UsedCall, client: ClientCalls) -> None:
    """Remember what Retry-After of its answer says.

    What was taken (a 202) says with it when to look at what comes of it, and nothing of the next such write.
    """
    exchange = call.exchange
    if exchange.status < 400 and exchange.method not in ("GET", "HEAD"):
        return
    said = call.told[b"retry-after"].decode("latin-1").strip()
    until = _moment(said, exchange.began)
    if until > exchange.began:
        if len(client.pauses) >= MOST_KEPT:
            del client.pauses[next(iter(client.pauses))]
        source = call.facts.response_source(exchange.status, "retry-after")
        pause = Pause(exchange.began, until, exchange.status, said, source)
        client.pauses[exchange.method, exchange.path] = pause


def _moment(said: str, now: float) -> float:
    """When a pause is over: in so many seconds, or at a date; `now` where it says neither."""
    if re.fullmatch(r"[0-9]{1,9}", said):
        return now + int(said)
    try:
        date = parsedate_to_datetime(said)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError):
        return now


def _freshness(call: UsedCall) -> float:
    """For how many seconds an answer may be kept; 0 where it does not say."""
    words = call.told.get(b"cache-control", b"").decode("latin-1").lower()
    found = re.search(r"(?:^|[\s,])max-age=\"?([0-9]{1,9})", words)
    return float(found[1]) if found and "no-cache" not in words and "no-store" not in words else 0.0


def _is_read(call: UsedCall) -> bool:
    return call.exchange.method in ("GET", "HEAD")


def _is_unchanged(call: UsedCall, last: UsedCall) -> bool:
    one, other = call.exchange, last.exchange
    return one.status == other.status == 200 and one.response_body == other.response_body
