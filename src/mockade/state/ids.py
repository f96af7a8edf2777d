"""Ids, entity tags and random numbers, derived from a world's seed so that they repeat."""

from __future__ import annotations

import hashlib
from uuid import UUID


def drawn_bytes(seed: int, draw: int) -> bytes:
    """Sixteen bytes that depend on the seed and the number of the draw, and on nothing else."""
    return hashlib.blake2b(f"{seed}:{draw}".encode(), digest_size=16).digest()


def chance(seed: int, *draw: object) -> float:
    """A number in [0, 1) that depends on the seed and the words of `draw`, and on nothing else."""
    named = ":".join(map(str, (seed, *draw)))
    digest = hashlib.blake2b(named.encode(), digest_size=8).digest()
    return (int.from_bytes(digest) >> 11) / 2**53


def drawn_uuid(seed: int, draw: int) -> str:
    """A random-looking version 4 UUID, the same for the same seed and draw."""
    return str(UUID(bytes=drawn_bytes(seed, draw), version=4))


def named_uuid(name: str) -> str:
    """A random-looking version 4 UUID, always the same for the same name; it is not drawn from a world."""
    digest = hashlib.blake2b(name.encode(), digest_size=16, person=b"named").digest()
    return str(UUID(bytes=digest, version=4))


def fingerprint(data: bytes) -> str:
    """A strong entity tag for `data`, quotes included, as it stands in an ETag header."""
    return f'"{hashlib.blake2b(data, digest_size=12).hexdigest()}"'
