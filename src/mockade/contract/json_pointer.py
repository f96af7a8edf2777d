"""JSON pointers (RFC 6901): how their steps are written and read."""

from __future__ import annotations


def escaped(step: str) -> str:
    """A step as it stands in a pointer, without its slash: `a/b` is `a~1b`."""
    return step.replace("~", "~0").replace("/", "~1")


def unescaped(step: str) -> str:
    """What a pointer's step names: `a~1b` is `a/b`."""
    return step.replace("~1", "/").replace("~0", "~")
