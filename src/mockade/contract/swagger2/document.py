"""Swagger 2.0 read as OpenAPI 3.0, with the place of each part in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mockade.contract.json_pointer import unescaped
from mockade.contract.keywords import METHODS
from mockade.contract.swagger2.media import COMMAS, JSON, STYLES, BodyPart, Pointer, request_body, response_of
from mockade.contract.swagger2.schemas import COMPONENTS, SCHEMA_WORDS, flat_schema, moved_ref, schema_of

_METHODS = frozenset(METHODS) - {"trace", "query"}

_FLOWS = {"accessCode": "authorizationCode", "application": "clientCredentials"}
"""OAuth flows that were called otherwise."""

_DEEPEST_NAMES = 2
"""How deep the names may stand under which a file holds parts: `schemas: {Pet: …}`."""


class Converted(NamedTuple):
    """An OpenAPI 3.0 document, and where its parts stand in the Swagger document it was made of."""

    data: Any
    origins: Mapping[Pointer, Pointer]
    """By pointer into `data`, the pointer into the file; what is below it stands below that."""
    original: Any = None
    """The file's data as they were written."""

    def origin(self, pointer: Sequence[str | int]) -> Pointer:
        """The pointer into the file for one into `data`."""
        pointer = tuple(pointer)
        for length in range(len(pointer), 0, -1):
            found = self.origins.get(pointer[:length])
            if found is not None:
                return (*found, *pointer[length:])
        return pointer


def is_swagger2(data: Any) -> bool:
    """Whether a file's data is a Swagger 2.0 document."""
    return isinstance(data, dict) and str(data.get("swagger")) in ("2.0", "2")


def convert(data: Mapping[str, Any]) -> Converted:
    """The document in OpenAPI 3.0's words. What is malformed is carried over as it stands, or left out."""
    conversion = _Conversion(data)
    return Converted(conversion.document(), conversion.origins, data)


def convert_part(data: Any) -> Converted:
    """A file that a Swagger 2.0 document refers to, or one of those, in OpenAPI 3.0's words.

    It may hold a schema, a parameter, a response or a path item, several under names, or `definitions`.
    """
    if is_swagger2(data):
        converted = convert(data)
        return converted._replace(data=_with_old_names(converted.data, data))
    conversion = _Conversion(_object(data))
    return Converted(conversion.part(data, ()), conversion.origins, data)


def _with_old_names(data: dict[str, Any], original: Mapping[str, Any]) -> dict[str, Any]:
    """The converted data, with its components where an OpenAPI document refers to them: `definitions` too."""
    return data | {old: data["components"][new] for old, new in COMPONENTS.items() if old in original}


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


class _Conversion:
    """One document on its way; `origins` grows as parts are moved."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self._consumes = self._media_types(data.get("consumes")) or [JSON]
        self._produces = self._media_types(data.get("produces")) or [JSON]
        self.origins: dict[Pointer, Pointer] = {}

    @staticmethod
    def _media_types(value: Any) -> list[str]:
        return [one for one in _list(value) if isinstance(one, str)]

    def _moved(self, to: Pointer, origin: Pointer) -> None:
        self.origins[to] = origin

    def document(self) -> dict[str, Any]:
        data = self._data
        kept = {
            name: value
            for name, value in data.items()
            if name in ("info", "security", "tags", "externalDocs") or str(name).startswith("x-")
        }
        document: dict[str, Any] = {"openapi": "3.0.3", **kept}
        self._moved(("openapi",), ("swagger",))
        if "host" in data or "basePath" in data:
            document["servers"] = list(self._servers())
        document["paths"] = {
            path: self._path_item(("paths", path), item) if isinstance(item, dict) else item
            for path, item in _object(data.get("paths")).items()
        }
        document["components"] = self._components()
        return document

    def part(self, value: Any, here: Pointer) -> Any:
        """What stands at `here` of a file that is no whole document."""
        if not isinstance(value, dict):
            return schema_of(value)
        if any(isinstance(value.get(method), dict) for method in _METHODS & value.keys()):
            return self._path_item(here, value)
        if isinstance(value.get("name"), str) and isinstance(value.get("in"), str):
            return self._parameter(value, here, here)
        if "description" in value and isinstance(value.get("schema"), dict):
            return response_of(value, self._produces, here, here, self.origins)
        if not here and not value.keys().isdisjoint(COMPONENTS):
            others = {name: self.part(one, (name,)) for name, one in value.items() if name not in COMPONENTS}
            return _with_old_names({**others, "components": self._components()}, value)
        if len(here) < _DEEPEST_NAMES and value and all(isinstance(one, dict) for one in value.values()):
            return {name: self.part(one, (*here, name)) for name, one in value.items()}
        return schema_of(value)

    def _servers(self) -> Iterator[dict[str, Any]]:
        base = self._data.get("basePath", "")
        path = f"/{base.strip('/')}" if isinstance(base, str) and base.strip("/") else ""
        host = self._data.get("host")
        schemes = self._media_types(self._data.get("schemes")) or ["https"]
        self._moved(("servers",), ("basePath",) if "basePath" in self._data else ("host",))
        if not isinstance(host, str) or not host:
            yield {"url": path or "/"}
            return
        for scheme in schemes:
            yield {"url": f"{scheme}://{host}{path}"}

    def _components(self) -> dict[str, Any]:
        data, components = self._data, dict[str, Any]()
        for old, new in COMPONENTS.items():
            self._moved(("components", new), (old,))
        components["schemas"] = {
            name: schema_of(schema) for name, schema in _object(data.get("definitions")).items()
        }
        components["parameters"] = {
            name: self._parameter(parameter, ("components", "parameters", name), ("parameters", name))
            for name, parameter in _object(data.get("parameters")).items()
            if _object(parameter).get("in") not in ("body", "formData")
        }
        components["responses"] = {
            name: response_of(
                response, self._produces, ("components", "responses", name), ("responses", name), self.origins
            )
            for name, response in _object(data.get("responses")).items()
        }
        self._moved(("components", "securitySchemes"), ("securityDefinitions",))
        components["securitySchemes"] = {
            name: self._security_scheme(scheme)
            for name, scheme in _object(data.get("securityDefinitions")).items()
        }
        return components

    @staticmethod
    def _security_scheme(scheme: Any) -> Any:
        if not isinstance(scheme, dict):
            return scheme
        others = {name: value for name, value in scheme.items() if name.startswith("x-")}
        if "description" in scheme:
            others["description"] = scheme["description"]
        if scheme.get("type") == "basic":
            return {"type": "http", "scheme": "basic", **others}
        if scheme.get("type") != "oauth2":
            return scheme
        flow = scheme.get("flow", "implicit")
        urls = {name: scheme[name] for name in ("authorizationUrl", "tokenUrl") if name in scheme}
        flows = {_FLOWS.get(flow, flow): {**urls, "scopes": _object(scheme.get("scopes"))}}
        return {"type": "oauth2", "flows": flows, **others}

    def _path_item(self, here: Pointer, item: Mapping[str, Any]) -> dict[str, Any]:
        shared, shared_body = self._parameters(item, here, here)
        made: dict[str, Any] = {}
        for name, value in item.items():
            if name in _METHODS and isinstance(value, dict):
                made[name] = self._operation(value, shared_body, (*here, name))
            elif name == "$ref" or str(name).startswith("x-"):
                made[name] = value
        return {"parameters": shared, **made} if shared else made

    def _operation(
        self, operation: Mapping[str, Any], shared_body: list[BodyPart], here: Pointer
    ) -> dict[str, Any]:
        made = {
            name: value
            for name, value in operation.items()
            if name not in ("parameters", "consumes", "produces", "schemes", "responses")
        }
        consumes = self._media_types(operation.get("consumes")) if "consumes" in operation else self._consumes
        produces = self._media_types(operation.get("produces")) if "produces" in operation else self._produces
        parameters, body = self._parameters(operation, here, here)
        if parameters:
            made["parameters"] = parameters
        own = {(one.parameter["in"], "" if one.parameter["in"] == "body" else one.name) for one in body}
        for one in shared_body:
            place = one.parameter["in"]
            if (place, "" if place == "body" else one.name) not in own:
                body.append(one)
        if body:
            made["requestBody"] = request_body(body, consumes, (*here, "requestBody"), self.origins)
        made["responses"] = {
            status: response_of(
                response,
                produces or [JSON],
                (*here, "responses", status),
                (*here, "responses", status),
                self.origins,
            )
            for status, response in _object(operation.get("responses")).items()
        }
        return made

    def _parameters(
        self, owner: Mapping[str, Any], here: Pointer, origin: Pointer
    ) -> tuple[list[Any], list[BodyPart]]:
        """The parameters that OpenAPI calls so, and those that it calls the body."""
        parameters: list[Any] = []
        body: list[BodyPart] = []
        for position, declared in enumerate(_list(owner.get("parameters"))):
            at: Pointer = (*origin, "parameters", position)
            target, target_at = self._followed(declared, at)
            if target.get("in") in ("body", "formData"):
                body.append(BodyPart(str(target.get("name", "")), target, target_at))
                continue
            to: Pointer = (*here, "parameters", len(parameters))
            self._moved(to, at)
            parameters.append(self._parameter(declared, to, at))
        return parameters, body

    def _followed(self, declared: Any, at: Pointer) -> tuple[Mapping[str, Any], Pointer]:
        """A parameter, or what its `$ref` to this document's own parameters leads to."""
        ref = _object(declared).get("$ref")
        if isinstance(ref, str) and ref.startswith("#/parameters/"):
            name = unescaped(ref.removeprefix("#/parameters/"))
            target = _object(self._data.get("parameters")).get(name)
            if isinstance(target, dict):
                return target, ("parameters", name)
        return _object(declared), at

    def _parameter(self, declared: Any, to: Pointer, at: Pointer) -> Any:
        """A parameter of path, query or header."""
        if not isinstance(declared, dict):
            return declared
        if isinstance(declared.get("$ref"), str):
            return {"$ref": moved_ref(declared["$ref"])}
        made = {name: value for name, value in declared.items() if name not in SCHEMA_WORDS}
        made.pop("collectionFormat", None)
        if "schema" not in declared:
            made["schema"] = flat_schema(declared)
            self._moved((*to, "schema"), at)
        if declared.get("type") == "array":
            style = STYLES.get(str(declared.get("collectionFormat")), COMMAS)
            if declared.get("in") == "query" or style["style"] != "form":
                made |= style
        return made
