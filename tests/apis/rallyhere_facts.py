"""Takes the bare facts out of a RallyHere contract: names, types, bounds and statuses, none of its prose.

`python -m tests.apis.rallyhere_facts session.json` writes them beside this file, from the vendor's published
document, for every operation that specs/rallyhere.yaml has; the vendor's other operations are only named.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from mockade.catalogue.files import bundled

TABLE = Path(__file__).with_suffix(".json")
METHODS = ("get", "put", "post", "delete", "patch")
_PROSE = frozenset({"title", "description", "example", "examples", "summary"})


@cache
def ours() -> dict[str, Any]:
    """Our contract's document."""
    text = (bundled("specs") / "rallyhere.yaml").read_text(encoding="utf-8")
    return yaml.load(text, yaml.CSafeLoader)  # type: ignore[no-any-return]


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Each operation with its method and its whole path, and its path's item."""
    base = document.get("servers", [{}])[0].get("url", "")
    prefix = "" if "://" in base else base
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), prefix + path, item[method], item


def facts_of(
    document: dict[str, Any],
    wanted: set[str],
    named: Collection[str] | None = None,
    besides: Collection[str] = (),
) -> dict[str, Any]:
    """The facts of the operations whose ids are `wanted`, and of the components that they reach.

    Components that rows are made of, and no operation reaches, are asked for in `besides`. Where `named` is
    given, a component of another name is spelt out in the place of its name.
    """
    reader = _Reader(document, named if named is not None else document["components"]["schemas"])
    table: dict[str, Any] = {"operations": {}, "components": {}, "others": []}
    for method, path, operation, item in operations(document):
        name = operation["operationId"]
        if name in wanted:
            table["operations"][name] = {"method": method, "path": path, **reader.operation(operation, item)}
        else:
            table["others"].append(f"{method} {path}")
    asked = [*_references(table["operations"]), *besides]
    while asked:
        name = asked.pop()
        if name not in table["components"]:
            facts = table["components"][name] = reader.schema(document["components"]["schemas"][name])
            asked += _references(facts)
    table["others"].sort()
    return table


def leaves(value: Any, way: str = "") -> Iterator[tuple[str, Any]]:
    """The facts one by one, each under the way to it."""
    if isinstance(value, dict) and value:
        for name, below in value.items():
            yield from leaves(below, f"{way} / {name}" if way else name)
    else:
        yield way, value


class _Reader(NamedTuple):
    """Reads the facts of one document's nodes."""

    document: dict[str, Any]
    named: Collection[str]

    def operation(self, operation: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
        facts: dict[str, Any] = {"permissions": _permissions(operation), "parameters": {}, "responses": {}}
        for declared in [*item.get("parameters", []), *operation.get("parameters", [])]:
            parameter = self._resolved(declared)
            facts["parameters"][f"{parameter['in']} {parameter['name']}"] = {
                "required": parameter.get("required", False),
                **self.schema(parameter["schema"]),
            }
        if "requestBody" in operation:
            body = operation["requestBody"]
            facts["body"] = {"required": body.get("required", False), **self._contents(body)}
        for status, declared in operation["responses"].items():
            response = self._resolved(declared)
            headers = {
                f"header {name}": self.schema(self._resolved(header)["schema"])
                for name, header in response.get("headers", {}).items()
            }
            facts["responses"][status] = {**headers, **self._contents(response)}
        return facts

    def schema(self, node: dict[str, Any]) -> dict[str, Any]:
        """A schema without its prose; an `allOf` around one reference is that reference."""
        facts: dict[str, Any] = {}
        for name, value in node.items():
            if name in _PROSE or name.startswith("x-"):
                continue
            if name == "$ref":
                component = value.rpartition("/")[2]
                known = component in self.named
                facts |= {"component": component} if known else self.schema(self._resolved(node))
            elif name == "allOf" and len(value) == 1:
                facts |= self.schema(value[0])
            elif name == "properties":
                facts[name] = {key: self.schema(below) for key, below in value.items()}
            elif name in ("anyOf", "oneOf", "allOf"):
                facts[name] = [self.schema(below) for below in value]
            elif name in ("required", "enum"):
                facts[name] = sorted(value) if isinstance(value, list) else value
            else:
                facts[name] = self.schema(value) if isinstance(value, dict) and name != "default" else value
        if facts.get("exclusiveMinimum") is True:  # as OpenAPI 3.0 says it; the vendor says it as 3.1 does
            facts["exclusiveMinimum"] = facts.pop("minimum")
        return facts

    def _contents(self, node: dict[str, Any]) -> dict[str, Any]:
        return {kind: self.schema(media["schema"]) for kind, media in node.get("content", {}).items()}

    def _resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in node:
            return node
        found: Any = self.document
        for name in node["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return found  # type: ignore[no-any-return]


def permissions_of(operation: dict[str, Any]) -> set[str]:
    """Those that an operation of ours asks for, and those that spare a caller a standing in the session."""
    groups = [
        *operation.get("x-permissions", {}).values(),
        *operation.get("x-standing-permissions", {}).values(),
    ]
    return {name for group in groups for name in group}


def _permissions(operation: dict[str, Any]) -> list[str]:
    """Those that we list; the vendor writes them into its prose, before the session permissions."""
    listed = permissions_of(operation)
    if "equired" not in operation["description"]:  # ours, or one that asks for none
        return sorted(listed)
    prose = re.split(r"Required Session", operation["description"])[0]
    return sorted(listed or set(re.findall(r"session(?:-player)?(?:-audit)?:[a-z_*:-]+", prose)))


def _references(facts: Any) -> Iterator[str]:
    if isinstance(facts, dict):
        for name, value in facts.items():
            if name == "component" and isinstance(value, str):
                yield value
            yield from _references(value)
    elif isinstance(facts, list):
        for value in facts:
            yield from _references(value)


def main(vendors: Path) -> None:
    document = json.loads(vendors.read_text(encoding="utf-8"))
    wanted = {operation["operationId"] for _, _, operation, _ in operations(ours())}
    rows = ours()["components"]["schemas"].keys() & document["components"]["schemas"].keys()
    table = facts_of(document, wanted, besides=rows)
    TABLE.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
