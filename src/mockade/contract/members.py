"""The members that OpenAPI's objects have, and those of a document that were meant to be one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mockade.contract.document import Node
from mockade.contract.keywords import METHODS
from mockade.contract.tell import Tell
from mockade.hints import nearest

_SAID = "summary description"
_VALUES = "schema content example examples itemSchema"

_MEMBERS: Mapping[str, frozenset[str]] = {
    kind: frozenset(words.split())
    for kind, words in {
        "a path": f"$ref {_SAID} servers parameters additionalOperations {' '.join(METHODS)}",
        "an operation": f"{_SAID} tags externalDocs operationId parameters requestBody responses callbacks "
        "deprecated security servers",
        "a parameter": f"{_VALUES} name in description required deprecated allowEmptyValue style explode "
        "allowReserved",
        "a request body": "description content required",
        "an answer": f"{_SAID} headers content links",
        "a media type": f"{_VALUES} encoding prefixEncoding itemEncoding",
    }.items()
}


def tell_misspelt(tell: Tell, node: Node, what: str) -> None:
    """Tell of each member of `node`, which is `what` ("an operation"), that is nearly one it may have.

    Any other unknown member changes nothing, and is for who asks whether the document keeps the standard.
    """
    known = _MEMBERS[what]
    if node.value.keys() <= known:
        return
    for name, meant in _misspelt(node.value, known):
        message = f"{name!r} is no member of {what}: it is not read."
        tell(node.source.child(name), message, f"Did you mean {meant!r}?", "misspelt")


def _misspelt(value: Mapping[str, object], known: frozenset[str]) -> Iterator[tuple[str, str]]:
    for name in value:
        if isinstance(name, str) and name not in known and not name.startswith("x-"):
            free = known - value.keys()
            plain = {one.lower(): one for one in free}
            meant = plain.get(name.lower().replace("_", "").replace("-", "")) or nearest(name, free)
            if meant is not None:
                yield name, meant
