"""Answers for requests that may come again: a bounded, persistent map that forgets by age."""

from __future__ import annotations

from typing import NamedTuple

from mockade.state.hash_trie import HashTrie
from mockade.state.sorted_sequence import SortedSequence

KEPT_FOR = 24 * 3600.0
"""Seconds of the world's clock after which an answer is forgotten."""

MOST_KEPT = 1000
MOST_BYTES = 16 * 2**20
"""Of the bodies of all answers that are kept."""


class KeptReply(NamedTuple):
    """An answer as it went out, when that was (seconds since 1970), and a fingerprint of what was asked."""

    at: float
    asked: str
    status: int
    body: bytes
    media_type: str
    headers: tuple[tuple[bytes, bytes], ...]


class KeptReplies(NamedTuple):
    """The answers of one moment, by the caller, the operation and the key that they were asked with."""

    replies: HashTrie[str, KeptReply] = HashTrie()
    order: SortedSequence = SortedSequence()
    """Of times and keys, the oldest first."""
    size: int = 0
    """Bytes of all bodies."""

    def find(self, key: str, now: float) -> KeptReply | None:
        """The answer under `key` that is not too old, or None."""
        reply = self.replies.get(key)
        return reply if reply is not None and now - reply.at < KEPT_FOR else None

    def keep(self, key: str, reply: KeptReply) -> KeptReplies:
        """With an answer under `key`, in place of one that was there, and without what is old or too much."""
        kept = self._without(key) if key in self.replies else self
        kept = KeptReplies(
            kept.replies.insert(key, reply), kept.order.add((reply.at, key)), kept.size + len(reply.body)
        )
        while kept.order and kept._is_too_much(reply.at):
            _, oldest = kept.order.first() or (0.0, "")
            kept = kept._without(oldest)
        return kept

    def _is_too_much(self, now: float) -> bool:
        at, _ = self.order.first() or (now, "")
        return now - at >= KEPT_FOR or self.order.size > MOST_KEPT or self.size > MOST_BYTES

    def _without(self, key: str) -> KeptReplies:
        reply = self.replies[key]
        return KeptReplies(
            self.replies.remove(key), self.order.remove((reply.at, key)), self.size - len(reply.body)
        )
