"""What a contract says that its vendor has, and nobody here answers: `x-not-served` of a document.

By what it is known from, a list of `GET /path/{id}`, or of `/prefix/` for whatever lies below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mockade.catalogue.api import Api
from mockade.catalogue.path_tree import PathTree
from mockade.contract.document import Document
from mockade.errors import Finding, Place

KEY = "x-not-served"
PROVENANCES = ("documented", "observed", "inferred", "assumed")

_ENTRY = re.compile(r"(?:([A-Z]+) )?(/[^\s?#]*)")


class Known(NamedTuple):
    """An operation that a vendor has; of any method where `method` is empty."""

    api: Api
    provenance: str
    method: str
    path: str
    """Of all that lies below it where it ends with a slash."""


class NotServed:
    """What the APIs' vendors have beside what is served. `base_paths` as in Router."""

    def __init__(self, apis: Mapping[str, Api], base_paths: Mapping[str, Sequence[str]]) -> None:
        self._exact: PathTree[Known] = PathTree()
        self._below: dict[str, Known] = {}
        for stem, api in apis.items():
            for provenance, method, path in _entries(api.contract.document):
                for base in base_paths[stem]:
                    known = Known(api, provenance, method, base + path)
                    if path.endswith("/"):
                        self._below[known.path] = known
                    else:
                        self._exact.add(method, known.path, known)

    def find(self, method: str, path: str, *, below: bool = True) -> Known | None:
        """What a request of that method at that undecoded path would have meant to the vendor.

        `below`: whether what is only said to lie below a prefix counts.
        """
        match = self._exact.match(path)
        methods = match.methods if match is not None else {}
        known = methods.get(method) or methods.get("") or (methods.get("GET") if method == "HEAD" else None)
        if known is not None or not below:
            return known
        return next((one for prefix, one in self._below.items() if path.startswith(prefix)), None)


def _entries(document: Document) -> Iterator[tuple[str, str, str]]:
    """Provenance, method and path of each entry that can be read."""
    said = document.root.value.get(KEY)
    for provenance, listed in said.items() if isinstance(said, dict) else ():
        for entry in listed if isinstance(listed, list) else ():
            found = _ENTRY.fullmatch(entry) if isinstance(entry, str) else None
            if found is not None:
                yield str(provenance), found[1] or "", found[2]


def not_served_findings(document: Document) -> Iterator[Finding]:
    """What of the list cannot be read, and is left out."""
    said = document.root.value.get(KEY)
    if said is None:
        return
    node = document.root.source.child(KEY)
    if not isinstance(said, dict):
        yield _finding(node.place(), f"{KEY} says by what it is known from which paths a vendor has.")
        return
    for provenance, listed in said.items():
        here = node.child(provenance)
        if provenance not in PROVENANCES:
            yield _finding(here.place(), f"{provenance!r} is none of {', '.join(PROVENANCES)}.")
        if not isinstance(listed, list):
            yield _finding(here.place(), f"{provenance} is no list of paths.")
            continue
        for at, entry in enumerate(listed):
            if not (isinstance(entry, str) and _ENTRY.fullmatch(entry)):
                yield _finding(here.child(at).place(), f"{entry!r} is no path, nor a method and a path.")


def _finding(place: Place, message: str) -> Finding:
    return Finding(place, message, "Write `GET /path/{id}`, or `/prefix/`.", "not-served", "warning")
