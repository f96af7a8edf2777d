"""A contract as its JSON stands, read without Mockade: who judges Mockade must not see with its eyes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
PARAMETER = re.compile(r"\{([^{}]+)\}")
_MOST_REFS = 20

Pointer = tuple[str | int, ...]


class Node(NamedTuple):
    """A value of the document and where it stands, local `$ref`s followed; None where there is none."""

    document: Any
    pointer: Pointer
    value: Any

    def get(self, *steps: str | int) -> Node:
        node = self
        for step in steps:
            below = _below(node.value, step)
            node = Node(self.document, (*node.pointer, step), below).followed()
        return node

    def followed(self) -> Node:
        node = self
        for _ in range(_MOST_REFS):
            ref = node.value.get("$ref") if isinstance(node.value, dict) else None
            if not isinstance(ref, str) or not ref.startswith("#"):
                return node
            node = Node(self.document, *_target(self.document, ref))
        return node._replace(value=None)

    def members(self) -> Iterator[tuple[str, Node]]:
        for name in self.value if isinstance(self.value, dict) else ():
            yield name, self.get(name)

    def items(self) -> Iterator[Node]:
        for position in range(len(self.value) if isinstance(self.value, list) else 0):
            yield self.get(position)


def _below(value: Any, step: str | int) -> Any:
    if isinstance(value, list):
        at = int(step) if str(step).isdecimal() else -1
        return value[at] if 0 <= at < len(value) else None
    return value.get(step) if isinstance(value, dict) else None


def _target(document: Any, ref: str) -> tuple[Pointer, Any]:
    value: Any = document
    pointer: list[str | int] = []
    for step in ref.lstrip("#").split("/")[1:]:
        step = unquote(step).replace("~1", "/").replace("~0", "~")
        pointer.append(int(step) if isinstance(value, list) and step.isdecimal() else step)
        value = _below(value, step)
    return tuple(pointer), value


class Operation(NamedTuple):
    """One method on one path, as the document has it."""

    method: str
    path: str
    parameters: tuple[Node, ...]
    body: Node
    """The request body; its value is None where there is none."""
    responses: Mapping[str, Node]
    security: tuple[Mapping[str, Any], ...]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def has_item(self) -> bool:
        """Whether its path has a parameter: which thing is meant must be known to succeed."""
        return PARAMETER.search(self.path) is not None

    @property
    def successes(self) -> list[str]:
        """The 2xx that it documents, as the document writes them."""
        return [status for status in self.responses if re.fullmatch("2([0-9][0-9]|XX)", status)]

    def in_path(self, name: str) -> Node | None:
        """The declaration of a path parameter."""
        return next(
            (
                one
                for one in self.parameters
                if one.value.get("in") == "path" and one.value.get("name") == name
            ),
            None,
        )

    def response(self, status: int) -> Node | None:
        """What is documented for a status: by number, by range, or by default."""
        names = (str(status), f"{status // 100}XX", "default")
        return next((self.responses[name] for name in names if name in self.responses), None)

    def is_success(self, status: int) -> bool:
        """Whether a status is a documented success.

        Without a documented 2xx it is a documented 3xx, else what the default says, else a documented 4xx.
        """
        if self.successes:
            return 200 <= status < 300 and self.response(status) is not None
        redirects = [name for name in self.responses if name.startswith("3")]
        if redirects:
            return str(status) in redirects or f"{status // 100}XX" in redirects
        return self.response(status) is not None and status < (400 if "default" in self.responses else 500)


class Contract:
    """A published document. Raises ValueError where it is no JSON object."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data = json.loads(path.read_bytes())
        if not isinstance(self.data, dict):
            raise ValueError(f"{path.name} is no JSON object")

    @property
    def root(self) -> Node:
        return Node(self.data, (), self.data)

    @property
    def version(self) -> str:
        return str(self.data.get("openapi", self.data.get("swagger", "")))

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        return tuple(
            self._operation(path, item, method)
            for path, item in self.root.get("paths").members()
            if path.startswith("/")
            for method in METHODS
            if isinstance(item.get(method).value, dict)
        )

    def alike(self, operation: Operation) -> list[Operation]:
        """The operation, and those that a request for it may mean as well: a fragment is never sent."""
        path, mark, _ = operation.path.partition("#")
        others = [
            one
            for one in (self.operations if mark else ())
            if one.method == operation.method and one.path.partition("#")[0] == path
        ]
        return [operation, *(one for one in others if one != operation)]

    @cached_property
    def security_schemes(self) -> dict[str, Mapping[str, Any]]:
        schemes = self.root.get("components", "securitySchemes").members()
        return {name: node.value for name, node in schemes if isinstance(node.value, dict)}

    def _operation(self, path: str, item: Node, method: str) -> Operation:
        node = item.get(method)
        parameters = {
            (one.value.get("in"), one.value.get("name")): one
            for owner in (item, node)
            for one in owner.get("parameters").items()
            if isinstance(one.value, dict)
        }
        security = node.value.get("security", self.data.get("security"))
        return Operation(
            method.upper(),
            path,
            tuple(parameters.values()),
            node.get("requestBody"),
            {
                name if name == "default" else name.upper(): one
                for name, one in node.get("responses").members()
                if not name.startswith("x-")
            },
            tuple(one for one in security if isinstance(one, dict)) if isinstance(security, list) else (),
        )


def is_json(media_type: str) -> bool:
    kind = media_type.partition(";")[0].strip().lower()
    return kind in ("application/json", "text/json", "*/*", "application/*") or kind.endswith("+json")
