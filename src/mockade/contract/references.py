"""`$ref`s: where they stand in a file's data, and which file and place each of them leads to."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin

ROOT = "http://contract.invalid/"
"""What stands for a document's folder in the addresses of its files; a reserved name, and never fetched."""

Way = tuple[Any, str | int] | None
"""The way to a value of a file: the way to what it is in, and the last step. The file itself has None.

A pointer is made of it only when a place is told: copying one for each value would cost more than looking.
"""


@dataclass(slots=True)
class Survey:
    """What a file says of other places, and of who may write what."""

    refs: list[tuple[Way, str]] = field(default_factory=list)
    """Every `$ref` that refers to something, with the way to it."""
    one_sided: bool = False
    """Whether any property is `readOnly` or `writeOnly`, so that requests and answers differ."""


def pointer(way: Way) -> tuple[str | int, ...]:
    """The steps of a way, from the file down."""
    steps: list[str | int] = []
    while way is not None:
        way, step = way
        steps.append(step)
    return tuple(reversed(steps))


@cache
def plain_ref(ref: str) -> str:
    """A `$ref` with the characters escaped that a URI does not hold, such as a file name's spaces."""
    return quote(ref, safe="!#$%&'()*+,/:;=?@[]~")


def located(base: str, ref: str) -> tuple[str, str]:
    """The address of the file that a `$ref` in the file at `base` leads to, and the fragment in it.

    Raises ValueError when it is no address.
    """
    if ref.startswith("#"):
        return base, plain_ref(ref)[1:]  # nearly all do, and joining addresses takes ten times as long
    return urldefrag(urljoin(base, plain_ref(ref)))


def escaped(step: str | int) -> str:
    """A step of a JSON pointer as it stands in a URI's fragment, behind its slash."""
    return "/" + quote(str(step).replace("~", "~0").replace("/", "~1"), safe="~:@$")


def stays_inside(base: str, ref: str) -> bool:
    """Whether a relative `ref` from `base` has no more `..` than folders above it."""
    depth = base.removeprefix(ROOT).count("/")
    for step in ref.split("#")[0].split("/")[:-1]:
        depth += -1 if step == ".." else 0 if step == "." else 1
        if depth < 0:
            return False
    return True


def steps(fragment: str) -> list[str]:
    """The steps of a JSON pointer in a URI's fragment."""
    if not fragment:
        return []
    return [unquote(step).replace("~1", "/").replace("~0", "~") for step in fragment.split("/")[1:]]
