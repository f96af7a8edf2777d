"""What a Redis has to be for worlds to be kept in it. All that is not raises WrongStore, with a sentence."""

from __future__ import annotations

from typing import Any

import redis.asyncio as redis

from mockade.stores.interface import FORMAT, WrongStore
from mockade.stores.redis.answers import answer_of

OLDEST = 7
"""The first major version of Redis whose scripts say what they need; Valkey's first was 7.2."""

_SCANNED = 100_000
"""Keys that are looked at for what is not ours."""


def check_server(facts: dict[str, Any], shown: str) -> None:
    """`facts` are those of INFO; `shown` names the store, as the beginning of a sentence."""
    _check_version(facts, shown)
    _check_mode(facts, shown)
    _check_eviction(facts, shown)


def _check_version(facts: dict[str, Any], shown: str) -> None:
    version = str(facts.get("valkey_version") or facts.get("redis_version", ""))
    if int(version.partition(".")[0] or 0) < OLDEST:
        raise WrongStore(f"{shown} is version {version}: it has to be Redis 7 or Valkey 7.2 at least.")


def _check_eviction(facts: dict[str, Any], shown: str) -> None:
    """Whether what is there stays there. Keys that end by themselves are claims, and end anyhow."""
    policy = str(facts.get("maxmemory_policy", ""))
    if policy.startswith("allkeys") and facts.get("maxmemory"):
        raise WrongStore(
            f"{shown} throws keys away when it is full (maxmemory-policy {policy}), and with each a part of "
            "a world: let it refuse what there is no room for (redis-cli CONFIG SET maxmemory-policy "
            "noeviction)."
        )


def _check_mode(facts: dict[str, Any], shown: str) -> None:
    """Whether all keys are there."""
    mode = str(facts.get("server_mode") or facts.get("redis_mode", ""))
    if mode == "cluster":
        raise WrongStore(
            f"{shown} is a node of a cluster, and has a part of its keys: give the address of a server that "
            "stands by itself. Several of them share out the worlds as docs/scaling.md shows."
        )
    if mode == "sentinel":
        raise WrongStore(
            f"{shown} is a Sentinel, which keeps nothing itself: give the address of the server that it "
            "watches, or of a balancer that follows it."
        )


async def check_foreign(client: redis.Redis, prefix: str, meta: str, shown: str) -> None:
    """Look for what stands below the prefix where nothing says at `meta` that it is ours."""
    if await client.exists(meta):
        return
    cursor, seen = 0, 0
    pattern = f"{_escaped(prefix)}:*"
    while seen < _SCANNED:
        cursor, keys = await answer_of(client.scan(cursor, match=pattern, count=1000))
        seen += 1000
        if keys:
            raise WrongStore(occupied(keys[0].decode("utf-8", "replace"), prefix, shown))
        if not cursor:
            return


def check_format(there: int, is_of_files: bool, shown: str) -> None:
    """The format that it has, and whether its worlds are of the contracts and collections that are served."""
    if there != FORMAT:
        raise WrongStore(
            f"{shown} is of format {there}, and this is {FORMAT}: give this version a --store-prefix of its "
            "own."
        )
    if not is_of_files:
        raise WrongStore(
            f"{shown} has worlds of other contracts or collections than are served here: serve those, or "
            "give these a --store-prefix of their own."
        )


def occupied(key: str, prefix: str, shown: str) -> str:
    return (
        f"{shown} holds {key!r}, which is not Mockade's: give another --store-prefix than {prefix!r}, or "
        "another database."
    )


def _escaped(prefix: str) -> str:
    """A prefix as it stands in a pattern of SCAN."""
    return "".join(f"\\{one}" if one in "*?[]^\\" else one for one in prefix)
