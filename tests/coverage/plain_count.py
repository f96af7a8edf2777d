"""A second way to count coverage: slow, plain, and of nothing but the contract's text and the journal.

It goes down the contract once, and at each place of it asks all values that any exchange has there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

import referencing
from openapi_schema_validator import OAS30Validator
from referencing.jsonschema import DRAFT4

STATES = ("never", "refused", "seen")
Found = dict[str, str]
"""By the id of an item, its state."""


class Value(NamedTuple):
    """A JSON value that came in an exchange of this state."""

    value: Any
    state: str


def escaped(word: Any) -> str:
    return str(word).replace("~", "~0").replace("/", "~1")


def state_of(values: list[Value]) -> str:
    return max((one.state for one in values), key=STATES.index, default="never")


class PlainCount:
    """Counts the exchanges of one API's document."""

    def __init__(self, document: dict[str, Any], entries: list[dict[str, Any]]) -> None:
        self.document = document
        self.entries = entries
        resource = referencing.Resource(document, DRAFT4)
        self.registry = referencing.Registry().with_resource("urn:it", resource)

    def ref(self, node: Any) -> Any:
        while isinstance(node, dict) and "$ref" in node:
            there: Any = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                there = there[step.replace("~1", "/").replace("~0", "~")]
            node = there
        return node

    def name_of(self, schema: Any) -> str:
        schemas = self.document["components"]["schemas"]
        return next((name for name, one in schemas.items() if one is schema), "")

    def fits(self, schema: Any, value: Any) -> bool:
        validator = OAS30Validator(absolute(schema), registry=self.registry)
        return bool(validator.is_valid(value))

    def operation(self, path: str, item: dict[str, Any], method: str, id: str) -> Found:
        """The items of an operation; its own has an empty id."""
        node = item[method]
        entries = [one for one in self.entries if one["operation"] == id and one["request"]]
        asked = [(one, request_state(one)) for one in entries]
        found: Found = {"": state_of([Value(None, state) for _, state in asked])}
        self.security(node, asked, found)
        parameters = {}
        for one in map(self.ref, [*item.get("parameters", ()), *node.get("parameters", ())]):
            if one["name"].lower() not in ("accept", "content-type", "authorization"):
                parameters[one["in"], one["name"]] = one
        for one in parameters.values():
            given = [Value(value, state) for entry, state in asked for value in self.given(one, path, entry)]
            at = f"/parameters/{one['in']}/{escaped(one['name'])}"
            found[at] = state_of(given)
            self.schema(found, [one.get("schema", {})], given, f"{at}/schema", "readOnly")
        body = self.ref(node.get("requestBody", {}))
        for media, content in body.get("content", {}).items():
            given = [
                Value(self.body(one["request"], content.get("schema", {})), state)
                for one, state in asked
                if one["request"]["body"] is not None and media_type(one["request"], media) == media
            ]
            at = f"/requestBody/content/{escaped(media)}"
            found[at] = state_of(given)
            self.schema(found, [content.get("schema", {})], given, f"{at}/schema", "readOnly")
        self.responses(node["responses"], entries, found)
        return found

    def responses(self, documented: Any, entries: list[dict[str, Any]], found: Found) -> None:
        answered = [one for one in entries if one["answered_by"] not in ("mockade", "stub", "nobody")]
        for status, response in documented.items():
            mine = [one for one in answered if chosen(one["response"]["status"], documented) == str(status)]
            found[f"/responses/{status}"] = state_of([Value(None, "seen") for _ in mine])
            for media, content in self.ref(response).get("content", {}).items():
                values = [
                    Value(one["response"]["body"], "seen")
                    for one in mine
                    if one["response"]["body"] is not None and media_type(one["response"]) == media
                ]
                at = f"/responses/{status}/content/{escaped(media)}"
                found[at] = state_of(values)
                if "json" in media:
                    self.schema(found, [content.get("schema", {})], values, f"{at}/schema", "writeOnly")

    def security(self, node: Any, asked: list[tuple[Any, str]], found: Found) -> None:
        alternatives = node.get("security", self.document.get("security", []))
        for one in alternatives:
            states = [
                Value(None, state)
                for entry, state in asked
                if (all(self.carries(entry, name) for name in one) and one)
                or (
                    not one
                    and not any(
                        two and all(self.carries(entry, name) for name in two) for two in alternatives
                    )
                )
            ]
            found[f"/security/{'+'.join(map(escaped, one))}"] = state_of(states)

    def carries_all(self, entry: Any, names: Any) -> bool:
        return all(self.carries(entry, name) for name in names)

    def carries(self, entry: Any, name: str) -> bool:
        scheme = self.document["components"]["securitySchemes"][name]
        headers = entry["request"]["headers"]
        if scheme["type"] == "apiKey" and scheme["in"] == "cookie":
            return scheme["name"] in cookies(headers)
        if scheme["type"] == "apiKey" and scheme["in"] == "query":
            return scheme["name"] in dict(parse_qsl(entry["request"]["query"], keep_blank_values=True))
        word = f"{scheme.get('scheme', '')} " if scheme["type"] == "http" else scheme.get("x-prefix", "")
        header = "authorization" if scheme["type"] == "http" else scheme["name"].lower()
        return headers.get(header, "\0").lower().startswith(word.lower())

    def given(self, parameter: dict[str, Any], path: str, entry: dict[str, Any]) -> Iterator[Any]:
        """The values of a parameter in a request, as its schema types them."""
        name, schema = parameter["name"], self.ref(parameter.get("schema", {}))
        request = entry["request"]
        pairs = parse_qsl(request["query"], keep_blank_values=True)
        if parameter["in"] == "path":
            pattern = re.sub(r"\\{(.+?)\\}", r"(?P<\1>[^/]+)", re.escape(path).replace("\\-", "-"))
            match = re.search(f"{pattern}$", request["path"])
            assert match is not None
            yield self.typed(schema, unquote(match[name]))
        elif parameter.get("style") == "deepObject":
            members = {key[len(name) + 1 : -1]: text for key, text in pairs if key.startswith(f"{name}[")}
            if members:
                yield {
                    key: self.typed(schema["properties"].get(key, {}), text) for key, text in members.items()
                }
        elif parameter["in"] == "query":
            texts = [text for key, text in pairs if key == name]
            if texts:
                is_list = schema.get("type") == "array"
                yield (
                    [self.typed(schema["items"], one) for one in texts]
                    if is_list
                    else self.typed(schema, texts[-1])
                )
        else:
            came = cookies(request["headers"]) if parameter["in"] == "cookie" else request["headers"]
            key = name if parameter["in"] == "cookie" else name.lower()
            if key in came:
                is_list = schema.get("type") == "array"
                text = came[key]
                yield (
                    [self.typed(schema["items"], one.strip()) for one in text.split(",")]
                    if is_list
                    else self.typed(schema, text)
                )

    def typed_all(self, schema: Any, texts: list[str]) -> Any:
        if schema.get("type") == "array":
            return [self.typed(schema["items"], one.strip()) for one in texts]
        return self.typed(schema, texts[-1])

    def typed(self, schema: Any, text: str) -> Any:
        kind = self.ref(schema).get("type")
        if kind in ("integer", "number", "boolean"):
            try:
                return json.loads(text)
            except ValueError:
                return text
        return text

    def body(self, request: dict[str, Any], schema: Any) -> Any:
        """A request's body; the fields of a form are typed by their schemas."""
        value, headers = request["body"], request["headers"]
        if "form" not in headers.get("content-type", "") or not isinstance(value, str):
            return value
        members = self.ref(schema).get("properties", {})
        if "urlencoded" in headers["content-type"]:
            texts = parse_qsl(value, keep_blank_values=True)
        else:
            texts = re.findall(r'name="(\w+)".*?\r\n\r\n(.*?)\r\n--', value, re.DOTALL)
        return {
            name: [one for key, one in texts if key == name]
            if self.ref(members.get(name, {})).get("type") == "array"
            else self.typed(members.get(name, {}), text)
            for name, text in texts
        }

    def schema(
        self,
        found: Found,
        schemas: list[Any],
        values: list[Value],
        id: str,
        unsent: str,
        above: tuple[tuple[Any, str], ...] = (),
        applied: frozenset[int] = frozenset(),
    ) -> None:
        """Add the items of the schemas of one place, and those below it."""
        roots = [self.ref(one) for one in schemas]
        key = frozenset(map(id_of, roots)), applied
        again = [at for at, (one, _) in enumerate(above) if one == key]
        if again:  # it goes on where it began
            id, above = above[again[-1]][1], above[: again[-1]]
            if not values:
                return
        above = (*above, (key, id))
        nodes = [one for one in self.flat(roots) if isinstance(one, dict) and id_of(one) not in applied]

        def add(step: str, what: list[Value]) -> str:
            at = f"{id}/{step}"
            found[at] = max(found.get(at, "never"), state_of(what), key=STATES.index)
            return at

        enums = [one["enum"] for one in nodes if "enum" in one]
        for option in enums[0] if enums else ():
            text = option if isinstance(option, str) else json.dumps(option)
            same = [one for one in values if same_json(one.value, option)]
            add(f"enum/{escaped(text)}", same)
        objects = [one for one in values if isinstance(one.value, dict)]
        declared: dict[str, list[Any]] = {}
        for one in nodes:
            for name, member in one.get("properties", {}).items():
                declared.setdefault(name, []).append(member)
        for name, members in declared.items():
            if any(part.get(unsent) for member in members for part in self.flat([self.ref(member)])):
                continue
            held = [Value(one.value[name], one.state) for one in objects if name in one.value]
            below = add(f"properties/{escaped(name)}", held)
            self.schema(found, members, held, below, unsent, above)
        for one in nodes:
            others = one.get("additionalProperties")
            if isinstance(others, dict):
                held = [
                    Value(value, object.state)
                    for object in objects
                    for name, value in object.value.items()
                    if name not in one.get("properties", {})
                ]
                below = add("additionalProperties", held)
                self.schema(found, [others], held, below, unsent, above)
        items = [one["items"] for one in nodes if "items" in one]
        if items:
            held = [
                Value(one, many.state)
                for many in values
                if isinstance(many.value, list)
                for one in many.value
            ]
            self.schema(found, items, held, f"{id}/items", unsent, above)
        inside = applied | {id_of(one) for one in nodes}
        for one in nodes:
            for keyword, label, branch, held in self.branches(one, values):
                below = add(f"{keyword}/{escaped(label)}", held)
                self.schema(found, [branch], held, below, unsent, above, inside)

    def flat(self, schemas: list[Any]) -> list[Any]:
        """Schemas, and the parts of them."""
        flat: list[Any] = []
        for schema in map(self.ref, schemas):
            if all(schema is not one for one in flat):
                flat.append(schema)
                flat += [
                    one for one in self.flat(schema.get("allOf", [])) if all(one is not two for two in flat)
                ]
        return flat

    def branches(self, node: Any, values: list[Value]) -> Iterator[tuple[str, str, Any, list[Value]]]:
        discriminator = node.get("discriminator", {})
        name, mapping = discriminator.get("propertyName"), discriminator.get("mapping", {})
        for keyword in ("oneOf", "anyOf"):
            schemas = [self.ref(one) for one in node.get(keyword, ())]
            known_tags = [self.tags(one, mapping) for one in schemas]
            for at, schema in enumerate(schemas):
                kind = schema.get("type") if schema.get("type") != "object" else None
                label = self.name_of(schema) or schema.get("title") or kind or f"{keyword}[{at}]"
                held = []
                for one in values:
                    tag = one.value.get(name) if name and isinstance(one.value, dict) else None
                    known = any(tag in some for some in known_tags)
                    if (tag in known_tags[at]) if known else self.fits(node[keyword][at], one.value):
                        held.append(one)
                yield keyword, label, schema, held
        if name and not {"oneOf", "anyOf"} & node.keys():
            for label, child in self.document["components"]["schemas"].items():
                if child is not node and any(one is node for one in self.flat([child])):
                    chosen = [*self.tags(child, mapping)]
                    held = [
                        one for one in values if isinstance(one.value, dict) and one.value.get(name) in chosen
                    ]
                    yield "discriminator", label, child, held

    def tags(self, schema: Any, mapping: dict[str, str]) -> list[str]:
        schemas = self.document["components"]["schemas"]
        mapped = [tag for tag, to in mapping.items() if schemas.get(to.rpartition("/")[2]) is schema]
        return [*mapped, self.name_of(schema)]


id_of = id


def absolute(node: Any) -> Any:
    """A schema whose references lead into the document, wherever it is used."""
    if isinstance(node, dict):
        return {
            key: f"urn:it{one}" if key == "$ref" and isinstance(one, str) else absolute(one)
            for key, one in node.items()
        }
    return [absolute(one) for one in node] if isinstance(node, list) else node


def same_json(one: Any, other: Any) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def request_state(entry: dict[str, Any]) -> str:
    broken = any(one["where"] != "response" for one in entry["violations"])
    return "refused" if broken or entry["answered_by"] == "engine" else "seen"


def chosen(status: int, documented: Any) -> str:
    options = {str(one) for one in documented}
    return next(
        (one for one in (str(status), f"{status // 100}XX", "default") if one in options), "undocumented"
    )


def media_type(message: dict[str, Any], default: str = "") -> str:
    return str(message["headers"].get("content-type", default)).partition(";")[0].strip()


def cookies(headers: dict[str, str]) -> dict[str, str]:
    pairs = [one.strip().partition("=") for one in headers.get("cookie", "").split(";")]
    return {name: value for name, _, value in pairs}
