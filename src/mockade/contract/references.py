"""`$ref`s: where they stand in a file's data, and which file and place each of them leads to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin

from mockade.contract import json_pointer

ROOT = "http://contract.invalid/"
"""What stands for a document's folder in the addresses of its files; a reserved name, and never fetched."""

LinkedPointer = tuple[Any, str | int] | None
"""The JSON pointer of a value as a linked list: that of its container, and the last step; None for the file.

`pointer` makes a tuple of it where one is needed: copying one for each value takes longer than the rest.
"""


@dataclass(slots=True)
class FileScan:
    """What is found in a file while it is translated."""

    refs: list[tuple[LinkedPointer, str]] = field(default_factory=list)
    """Every `$ref` that is a reference and not data, with its pointer."""
    misplaced: list[LinkedPointer] = field(default_factory=list)
    """Every `$ref` among the names of properties, where schemas stand."""
    discriminated: list[LinkedPointer] = field(default_factory=list)
    """Every schema with a `discriminator`."""
    one_sided: bool = False
    """Whether any property is `readOnly` or `writeOnly`, so that requests and answers differ."""
    branching: int = 1
    """Into how many ways the file's schemas may branch, all together: the product of their widths."""
    backtracking: bool = False
    """Whether there is a pattern that only trying out can match."""


def pointer(linked: LinkedPointer) -> tuple[str | int, ...]:
    """The steps of a linked pointer, from the file down."""
    steps: list[str | int] = []
    while linked is not None:
        linked, step = linked
        steps.append(step)
    return tuple(reversed(steps))


_SAFE = "!$%&'()*+,/:;=?@~"
_LONE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")


@cache
def escaped_ref(ref: str) -> str:
    """A `$ref` with the characters escaped that a URI does not hold, such as a file name's spaces.

    In its fragment these are brackets too, as names of generic types have them (`Page[User]`).
    """
    address, mark, fragment = _LONE_PERCENT.sub("%25", ref).partition("#")
    return quote(address, safe=_SAFE + "[]") + mark + quote(fragment, safe=_SAFE)


def resolve(base: str, ref: str) -> tuple[str, str]:
    """The address of the file that a `$ref` in the file at `base` leads to, and the fragment in it.

    Raises ValueError when it is no address.
    """
    if ref.startswith("#"):
        return base, escaped_ref(ref)[1:]  # nearly all do, and joining addresses takes ten times as long
    return urldefrag(urljoin(base, escaped_ref(ref)))


def escaped(step: str | int) -> str:
    """A step of a JSON pointer as it stands in a URI's fragment, behind its slash."""
    text = str(step)
    if text.isidentifier() and text.isascii():
        return f"/{text}"  # as most are: nothing in it is escaped
    return "/" + quote(json_pointer.escaped(text), safe="~:@$")


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
    found = fragment.split("/")[1:]
    if "%" not in fragment and "~" not in fragment:
        return found
    return [json_pointer.unescaped(unquote(step)) for step in found]
