"""Operations of one method and path that only a query, a header or a media type tells apart.

OpenAPI has no such operations, and contracts that write them put a query or a fragment into the path.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl

from mockade.contract.operations import Operation
from mockade.contract.parameters import Parameter


class Key(NamedTuple):
    """A key of `paths`: the path of its requests, and what stands behind it there."""

    path: str
    mark: str
    """`?` or `#`; empty where the key is a path alone."""
    rest: str

    @property
    def pairs(self) -> tuple[tuple[str, str | None], ...]:
        """What the query of its requests holds; None where its value is open. A fragment is never sent."""
        query = self.rest.partition("#")[0] if self.mark == "?" else ""
        return tuple(
            (name, None if "{" in value or not value else value)
            for name, value in parse_qsl(query, keep_blank_values=True)
        )


def key_of(template: str) -> Key:
    if "?" not in template and "#" not in template:
        return Key(template, "", "")
    path, mark, rest = re.split(r"([?#])", template, maxsplit=1)
    return Key(path, mark, rest)


class Asked(NamedTuple):
    """What a request has besides its method and path; headers by their lower-case names."""

    query: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]


def best_of(operations: Sequence[Operation], asked: Asked) -> int:
    """Which of the operations a request means: the first of those of which most is there."""
    ranks = [_rank(operation, asked) for operation in operations]
    return ranks.index(max(ranks))


def _rank(operation: Operation, asked: Asked) -> tuple[bool, bool, bool, int]:
    pairs = [
        value is None or value in asked.query[name] if name in asked.query else False
        for name, value in operation.pairs
    ]
    required = [_holds(one, asked) for one in operation.parameters if one.required and one.where in _SENT]
    return all(pairs), all(required), _takes_body(operation, asked), sum(pairs) + sum(required)


_SENT = ("query", "header")


def _holds(parameter: Parameter, asked: Asked) -> bool:
    """Whether a request has the parameter, with its one value where it can have but one."""
    if parameter.where == "header":
        header = asked.headers.get(parameter.name.lower())
        texts: Sequence[str] = [header] if header is not None else ()
    elif parameter.spread:
        return any(name.startswith(parameter.name) for name in asked.query)
    else:
        texts = asked.query.get(parameter.name, ())
    schema = parameter.schema.value if parameter.schema is not None else None
    options = schema.get("enum") if isinstance(schema, dict) else None
    if texts and isinstance(options, list) and len(options) == 1 and isinstance(options[0], str):
        return options[0] in texts
    return bool(texts)


def _takes_body(operation: Operation, asked: Asked) -> bool:
    media_type = asked.headers.get("content-type", "").partition(";")[0].strip().lower()
    if operation.body is None or not media_type:
        return operation.body is None or not operation.body.required
    return any(name.partition(";")[0].strip() == media_type for name in operation.body.contents)
