"""One API's document, compiled: its operations, with every fault of it told at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mockade import garbage
from mockade.contract.document import Document, Node
from mockade.contract.normalizer import Normalizer
from mockade.contract.normalizer_registry import NormalizerRegistry
from mockade.contract.operations import METHODS, Body, Content, Header, Operation, Response, is_json
from mockade.contract.parameters import Parameter
from mockade.contract.schemas import Schemas
from mockade.contract.schemes import Scheme
from mockade.contract.validators import Validator
from mockade.contract.versions import refuse_other_versions
from mockade.errors import Finding, SetupError

_STYLES = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
Security = tuple[Mapping[str, tuple[str, ...]], ...]

_TEMPLATE = re.compile(r"\{([^{}]+)\}")


@dataclass
class Contract:
    """One API's document, compiled. Raises SetupError, with every fault, when it does not hold together."""

    document: Document
    schemas: Schemas = field(init=False)
    operations: list[Operation] = field(init=False, default_factory=list)
    _requests: NormalizerRegistry = field(init=False)
    _answers: NormalizerRegistry = field(init=False)
    _findings: list[Finding] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        refuse_other_versions(self.document)
        self.schemas = Schemas(self.document)
        self._requests = NormalizerRegistry(self.schemas, "request")
        self._answers = NormalizerRegistry(self.schemas, "response")
        paths = self.document.root.get("paths")
        for template in paths.value if paths and isinstance(paths.value, dict) else ():
            if not template.startswith("x-"):
                self._attempt(lambda template=template: self._add_path(template))
        self._find_clashes()
        schemas = self.document.root.get("components", "schemas")
        for name in schemas.value if schemas and isinstance(schemas.value, dict) else ():
            self._attempt(lambda name=name: self._register_component(name))
        self._findings += [*self.document.circles(), *self.schemas.faults()]
        self._attempt(self.base_paths)
        if self._findings:
            raise SetupError(list(dict.fromkeys(self._findings)))

    @classmethod
    def load(cls, path: Path) -> Contract:
        """The contract in the file at `path`.

        Nothing of what is made of a file is garbage, and the collector would go through all of it several
        times: it rests meanwhile, which saves a quarter of the time that a large contract takes.
        """
        with garbage.paused():
            return cls(Document(path))

    @property
    def stem(self) -> str:
        return self.document.stem

    @property
    def title(self) -> str:
        info = self.document.root.get("info")
        return info.text("title", self.stem) if info else self.stem

    @cached_property
    def security_schemes(self) -> Mapping[str, Scheme]:
        schemes = self.document.root.get("components", "securitySchemes")
        return {name: Scheme.read(name, node) for name, node in schemes.items()} if schemes else {}

    def base_paths(self) -> list[str]:
        """The path of each `servers` entry, variables at their defaults; without the empty ones."""
        found = []
        for server in self.document.root.listed("servers"):
            url = server.text("url")
            for name, variable in server.members("variables"):
                url = url.replace("{" + name + "}", variable.text("default"))
            try:
                path = urlsplit(url).path.rstrip("/")
            except ValueError as error:
                raise SetupError(
                    [
                        Finding(
                            server.source.place(), f"The server {url!r} is no URL: {error}.", rule="servers"
                        )
                    ]
                ) from None
            path = path if path.startswith("/") or not path else f"/{path}"
            if path and path not in found:
                found.append(path)
        return found

    def component(self, name: str) -> tuple[Validator, Normalizer] | None:
        """A schema of `components.schemas`, compiled for answers and rows; None when there is no such one."""
        node = self.document.component("schemas", name)
        return (self.schemas.validator(node), self._answers.normalizer(node)) if node is not None else None

    def compiled(self, node: Node) -> tuple[Validator, Normalizer]:
        """The schema at `node`, compiled for answers and rows."""
        return self.schemas.validator(node), self._answers.normalizer(node)

    def _attempt(self, step: Any) -> None:
        """Do `step`, keeping its faults so that the next step's are found too."""
        try:
            step()
        except SetupError as error:
            self._findings += error.findings

    def _register_component(self, name: str) -> None:
        node = self.document.component("schemas", name)
        if node is not None:
            self._answers.register(node)

    def _add_path(self, template: str) -> None:
        if not template.startswith("/"):
            place = self.document.root.source.child("paths", template).place()
            mend = f"Write it as /{template}."
            raise SetupError([Finding(place, "A path begins with a slash.", mend, rule="paths")])
        item = self.document.root.get("paths", template)
        for method in METHODS:
            node = item.get(method) if item else None
            if item is not None and node is not None and isinstance(node.value, dict):
                self._attempt(lambda node=node, method=method: self._add(template, item, method, node))

    def _add(self, template: str, item: Node, method: str, node: Node) -> None:
        parameters = self._parameters(template, item, node)
        operation = Operation(
            api=self.stem,
            id=node.text("operationId") or _made_id(method, template),
            method=method.upper(),
            path=template,
            parameters=parameters,
            body=self._body(node.get("requestBody")),
            responses=self._responses(node),
            security=self._security(node),
            permissions=frozenset(
                one for _, group in node.members("x-permissions") for one in _texts(group.value)
            ),
            max_body=_whole_number(node, "x-max-body"),
            source=node.source,
        )
        self.operations.append(operation)

    def _parameters(self, template: str, item: Node, node: Node) -> tuple[Parameter, ...]:
        found: dict[tuple[str, str], Parameter] = {}
        for owner in (item, node):
            for declared in owner.listed("parameters"):
                parameter = self._parameter(declared)
                if parameter is not None:
                    found[parameter.where, parameter.name] = parameter
        in_path = {parameter.name for parameter in found.values() if parameter.where == "path"}
        named = _TEMPLATE.findall(template)
        for name in dict.fromkeys(named):
            if named.count(name) > 1:
                message = f"The path {template} names {{{name}}} more than once."
                self._findings.append(Finding(node.source.place(), message, rule="parameters"))
            if name not in in_path:
                message = f"The path {template} names {{{name}}}, which no path parameter declares."
                self._findings.append(Finding(node.source.place(), message, rule="parameters"))
        for name in sorted(in_path - set(named)):
            message = f"The path parameter {name!r} does not occur in {template}."
            self._findings.append(Finding(node.source.place(), message, rule="parameters"))
        return tuple(found.values())

    def _parameter(self, node: Node) -> Parameter | None:
        name, where = node.text("name"), node.text("in")
        if where not in _STYLES or not name:
            message = "A parameter needs a `name`, and an `in` that is path, query, header or cookie."
            self._findings.append(Finding(node.source.place(), message, rule="parameters"))
            return None
        # OpenAPI gives these three headers to the body, the answer and the security schemes.
        if where == "header" and name.lower() in ("accept", "content-type", "authorization"):
            return None
        media_type, media = next(iter(node.members("content")), ("", None))
        schema = media.get("schema") if media else node.get("schema")
        if schema is not None:
            self._requests.register(schema)
        style = node.text("style", _STYLES[where])
        explode = node.value.get("explode", style == "form")
        return Parameter(
            name=name,
            where=where,  # type: ignore[arg-type]  # it is one of _STYLES
            required=where == "path" or node.value.get("required") is True,
            style=style,
            explode=bool(explode),
            json=is_json(media_type),
            schema=schema,
            holder=media or node,
            normalizers=self._requests,
            source=node.source,
        )

    def _body(self, node: Node | None) -> Body | None:
        if node is None or not isinstance(node.value, dict):
            return None
        contents = self._contents(node, self._requests)
        if not contents:
            message = "A request body needs `content`, by media type."
            self._findings.append(Finding(node.source.place(), message, rule="openapi"))
        return Body(node.value.get("required") is True, contents, node.source)

    def _contents(self, node: Node, normalizers: NormalizerRegistry) -> dict[str, Content]:
        contents = {}
        for media_type, media in node.members("content"):
            schema = media.get("schema")
            if schema is not None:
                normalizers.register(schema)
            contents[media_type.lower()] = Content(media_type, schema, media, normalizers)
        return contents

    def _responses(self, node: Node) -> dict[str, Response]:
        responses = {}
        for name, response in node.members("responses"):
            status = name if name == "default" else name.upper()
            if not name.startswith("x-"):
                responses[status] = self._response(status, response)
        return responses

    def _response(self, status: str, node: Node) -> Response:
        headers = {}
        for name, header in node.members("headers"):
            if not isinstance(header.value, dict):
                message = "A header is an object with a `schema`."
                self._findings.append(Finding(header.source.place(), message, rule="openapi"))
                continue
            schema = header.get("schema")
            if schema is not None:
                self._answers.register(schema)
            required = header.value.get("required") is True
            headers[name.lower()] = Header(name, required, schema, self._answers, header.source)
        return Response(status, self._contents(node, self._answers), headers, node.source)

    def _security(self, node: Node) -> Security:
        """What an operation asks of its caller: by itself, else what the whole document asks."""
        own = node.get("security")
        return self._alternatives(own) if own else self._common_security

    @cached_property
    def _common_security(self) -> Security:
        common = self.document.root.get("security")
        return self._alternatives(common) if common else ()

    def _alternatives(self, asked: Node) -> Security:
        alternatives = []
        for alternative in asked.list():
            names = alternative.value if isinstance(alternative.value, dict) else {}
            for name in names:
                if name not in self.security_schemes:
                    message = f"The security scheme {name!r} is not in components.securitySchemes."
                    self._findings.append(Finding(alternative.source.place(), message, rule="security"))
            alternatives.append({name: _texts(scopes) for name, scopes in names.items()})
        return tuple(alternatives)

    def _find_clashes(self) -> None:
        ids: dict[str, Operation] = {}
        routes: dict[tuple[str, str], Operation] = {}
        for operation in self.operations:
            first = ids.setdefault(operation.id, operation)
            if first is not operation:
                message = f"The operationId {operation.id!r} is also that of {first.method} {first.path}."
                place = operation.source.child("operationId").place()
                self._findings.append(
                    Finding(place, message, "Give each operation its own.", rule="operationId")
                )
            route = (operation.method, _TEMPLATE.sub("{}", operation.path))
            same = routes.setdefault(route, operation)
            if same is not operation:
                message = (
                    f"{operation.method} {operation.path} and {same.path} are the same path to a client."
                )
                self._findings.append(Finding(operation.source.place(), message, rule="paths"))


def _texts(value: Any) -> tuple[str, ...]:
    """The strings in an array; none where it is no array."""
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _made_id(method: str, path: str) -> str:
    """An id for an operation that has none: GET /widgets/{id} becomes get_widgets_id."""
    return "_".join([method, *re.findall(r"[A-Za-z0-9]+", path)])


def _whole_number(node: Node, keyword: str) -> int:
    """What a keyword says where it is a whole number above 0; else 0."""
    value = node.value.get(keyword)
    return max(value, 0) if isinstance(value, int) and not isinstance(value, bool) else 0
