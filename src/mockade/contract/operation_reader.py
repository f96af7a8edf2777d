"""A document's paths as operations; what is wrong in them costs no more than its own place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from mockade.contract.content_reader import SENDABLE, ContentReader
from mockade.contract.document import Document, Node
from mockade.contract.headers import Header
from mockade.contract.keywords import METHODS, TEMPLATE
from mockade.contract.members import tell_misspelt
from mockade.contract.normalizer_registry import NormalizerRegistry
from mockade.contract.operations import MORE_METHODS, NO_BODY, Body, Content, Operation, Response
from mockade.contract.overloads import Key, key_of
from mockade.contract.parameter_reader import ParameterReader
from mockade.contract.schemes import Scheme
from mockade.contract.servers import base_paths
from mockade.contract.tell import Tell, words_of
from mockade.settings import MOCKADE_PATH, WORLD_PREFIX

Security = tuple[Mapping[str, tuple[str, ...]], ...]

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""RFC 9110's token."""

_STATUS = re.compile(r"[1-5]([0-9][0-9]|XX)|default", re.ASCII)


_Answered = tuple[dict[str, Content], dict[str, Header]]
"""The contents and headers of an answer."""


class OperationReader:
    """Reads operations one by one. What it leaves out, or reads otherwise, is a slip of the document."""

    def __init__(
        self,
        document: Document,
        requests: NormalizerRegistry,
        answers: NormalizerRegistry,
        schemes: Mapping[str, Scheme],
    ) -> None:
        self._document = document
        self._tell = Tell(document.slips)
        self._parameters = ParameterReader(self._tell, requests)
        self._contents = ContentReader(self._tell)
        self._requests = requests
        self._answers = answers
        self._schemes = schemes
        self._routes: dict[tuple[str, str, str], Operation] = {}
        self._ids: dict[str, Operation] = {}
        self._templates: dict[str, str] = {}
        self._answered: dict[tuple[str, str, tuple[str | int, ...]], _Answered] = {}
        """By status and place: most answers are a component that many operations refer to."""

    def operations(self) -> Iterator[Operation]:
        paths = self._document.root.get("paths")
        if paths is None or not isinstance(paths.value, dict):
            if "webhooks" not in self._document.root.value:
                self._tell(self._document.root, "This document has no `paths`.", "", "paths", "warning")
            return
        for template in paths.value:
            item = paths.get(template) if not template.startswith("x-") else None
            if item is not None and isinstance(item.value, dict):
                tell_misspelt(self._tell, item, "a path")
                yield from self._of_path(self._key(paths, template), template, item)
            elif item is not None:
                self._tell(item, "A path is an object with an operation per method.", "", "paths")

    def _key(self, paths: Node, template: str) -> Key:
        """The path that a key of `paths` means, and what tells its operations from others there."""
        source = paths.source.child(template)
        key = key_of(template)
        if key.mark:
            what = "query" if key.mark == "?" else "fragment"
            mend = "Declare what stands behind it as query parameters."
            message = f"A path has no {what}: it is read as {key.path or '/'}."
            self._tell(source, message, mend, "paths", "warning")
        if not key.path.startswith("/"):
            self._tell(source, "A path begins with a slash.", f"Write it as /{key.path}.", "paths", "warning")
            key = key._replace(path=f"/{key.path}")
        if key.path.startswith(MOCKADE_PATH):
            mend = "It is served below the paths of `servers` alone."
            self._tell(source, f"Below {MOCKADE_PATH} are Mockade's own pages.", mend, "paths")
        elif key.path.startswith(WORLD_PREFIX):
            message = f"A path that begins with {WORLD_PREFIX} may name a world."
            mend = f"Where it does, /@default{key.path} leads here."
            self._tell(source, message, mend, "paths", "warning")
        return key

    def _of_path(self, key: Key, template: str, item: Node) -> Iterator[Operation]:
        path = key.path
        first_template = self._templates.setdefault(TEMPLATE.sub("{}", path), path)
        shares_a_method = False
        for method, node in self._by_method(item):
            if not isinstance(node.value, dict):
                self._tell(node, "An operation is an object.")
                continue
            route = (method, TEMPLATE.sub("{}", path), key.mark + key.rest)
            first = self._routes.get(route)
            if first is not None:
                message = f"{first.method} {path} and {first.path} are the same path to a client."
                if first.path == path:
                    message = f"{first.method} {path} stands here twice."
                self._tell(node, message, "The first counts.", "same-path")
                shares_a_method = True
                continue
            operation = self._routes[route] = self._operation(key, template, item, method, node)
            yield operation
        if path != first_template and not shares_a_method:
            message = f"{path} and {first_template} are the same path to a client."
            self._tell(item, message, "Put their methods under one of them.", "same-path", "warning")

    def _by_method(self, item: Node) -> Iterator[tuple[str, Node]]:
        for method in METHODS:
            node = item.get(method)
            if node is not None:
                yield method, node
        for name, node in item.members("additionalOperations"):
            if name in MORE_METHODS:
                yield name.lower(), node
            else:
                message = f"No request has the method {name}, as the HTTP parser has none."
                self._tell(node, message, "It is left out.", "version", "info")

    def _operation(self, key: Key, template: str, item: Node, method: str, node: Node) -> Operation:
        path = key.path
        tell_misspelt(self._tell, node, "an operation")
        operation = Operation(
            api=self._document.stem,
            id="",
            method=method.upper(),
            path=path,
            parameters=self._parameters.read(path, template, item, node),
            body=self._body(node.get("requestBody")),
            responses=self._responses(node),
            security=self._security(node),
            permissions=frozenset(
                one for _, group in node.members("x-permissions") for one in _texts(group.value)
            ),
            max_body=_whole_number(node, "x-max-body"),
            source=node.source,
            raw_body=isinstance(node.value, dict) and node.value.get("x-raw-body") is True,
            bases=self._bases(item, node),
            mark=key.mark + key.rest,
            pairs=key.pairs if key.mark else (),
        )
        operation.id = self._id(operation, node)
        self._ids[operation.id] = operation
        return operation

    def _bases(self, item: Node, node: Node) -> tuple[str, ...] | None:
        """The paths of the operation's own `servers`, else of its path's."""
        for holder in (node, item):
            bases = base_paths(holder, self._tell) if "servers" in holder.value else None
            if bases is not None:
                return tuple(bases)
        return None

    def _id(self, operation: Operation, node: Node) -> str:
        """The operation's id, another than all before it."""
        published = words_of(self._tell, node, "operationId")
        first = self._ids.get(published)
        if published and first is None:
            return published
        made = made_id(operation.method.lower(), operation.shown_path)
        number = 1
        while made in self._ids:
            number += 1
            made = f"{made_id(operation.method.lower(), operation.shown_path)}_{number}"
        if first is not None:
            message = f"The operationId {published!r} is also that of {first.method} {first.path}."
            mend = f"Give each operation its own. Until then this one is called {made}."
            self._tell(node.source.child("operationId"), message, mend, "operationId", "warning")
        return made

    def _body(self, node: Node | None) -> Body | None:
        if node is None or node.value is None:
            return None
        contents = {}
        if isinstance(node.value, dict):
            tell_misspelt(self._tell, node, "a request body")
            contents = self._contents.read(node, self._requests)
        if not contents:
            self._tell(node, "A request body needs `content`, by media type.", "It is left out.")
            return None
        return Body(node.value.get("required") is True, contents, node.source)

    def _responses(self, node: Node) -> dict[str, Response]:
        responses = {}
        declared = node.get("responses")
        if declared is None or not isinstance(declared.value, dict):
            self._tell(declared or node, "An operation needs `responses`, by status.", severity="warning")
        for name, response in node.members("responses"):
            status = name.lower() if name.lower() == "default" else name.upper()
            if name.startswith("x-"):
                continue
            if _STATUS.fullmatch(status) is None:
                mend = "Write a status such as 200, a range such as 4XX, or default."
                self._tell(response, f"{name!r} is no status: this answer is left out.", mend, "responses")
            else:
                responses[status] = self._response(status, response, (node, name))
        return responses

    def _response(self, status: str, node: Node, listing: tuple[Node, str]) -> Response:
        place = status, node.uri, node.pointer
        known = self._answered[place] = self._answered.get(place) or self._answer(status, node)
        return Response(status, *known, node.source, listing)

    def _answer(self, status: str, node: Node) -> _Answered:
        if not isinstance(node.value, dict):
            self._tell(node, "An answer is an object with a `description`.", rule="responses")
        else:
            tell_misspelt(self._tell, node, "an answer")
        if status.isdecimal() and (int(status) in NO_BODY or int(status) < 200) and node.get("content"):
            message = f"A {status} has no body, whatever its `content` says."
            self._tell(node.source.child("content"), message, "It is left out.", "no-body", "warning")
        headers = {}
        for name, header in node.members("headers"):
            if not isinstance(header.value, dict):
                self._tell(header, "A header is an object with a `schema`.")
                continue
            schema = header.get("schema")
            if not _is_sendable(name, schema):
                message = f"HTTP cannot carry the header {name!r}, or no value that it may have."
                self._tell(node.source.child("headers", name), message, "It is left out.")
                continue
            if schema is not None:
                self._answers.register(schema)
            required = header.value.get("required") is True
            headers[name.lower()] = Header(name, required, schema, self._answers, header.source)
        return self._contents.read(node, self._answers), headers

    def _security(self, node: Node) -> Security:
        """What an operation asks of its caller: by itself, else what the whole document asks."""
        own = node.get("security")
        return self._alternatives(own) if own is not None and own.value is not None else self._common_security

    @cached_property
    def _common_security(self) -> Security:
        common = self._document.root.get("security")
        return self._alternatives(common) if common else ()

    def _alternatives(self, asked: Node) -> Security:
        """The alternatives without the schemes that are not declared: nobody could have their credentials."""
        if isinstance(asked.value, dict):
            self._tell(asked, "`security` is a list of alternatives.", "", "security", "warning")
        elif not isinstance(asked.value, list | None):
            self._tell(asked, "`security` is a list of alternatives.", "It is left out.", "security")
        alternatives = []
        for alternative in [asked] if isinstance(asked.value, dict) else asked.list():
            names: Any = alternative.value
            if not isinstance(names, dict):
                self._tell(alternative, "An alternative names security schemes, with scopes.", "", "security")
                continue
            known = {}
            for name, scopes in names.items():
                if name in self._schemes:
                    known[name] = _texts(scopes)
                else:
                    message = f"The security scheme {name!r} is not in components.securitySchemes."
                    self._tell(alternative, message, "It is not asked for.", "security")
            alternatives.append(known)
        return tuple(alternatives)


def made_id(method: str, path: str) -> str:
    """An id for an operation that has none: GET /widgets/{id} becomes get_widgets_id."""
    return "_".join([method, *re.findall(r"[A-Za-z0-9]+", path)])


def _is_sendable(name: str, schema: Node | None) -> bool:
    """Whether HTTP can carry a header, with one of its values where the schema lists all of them."""
    if _HEADER_NAME.fullmatch(name) is None:
        return False
    words = schema.value if schema is not None and isinstance(schema.value, dict) else {}
    listed = [words["const"]] if "const" in words else words.get("enum")
    if not isinstance(listed, list) or not listed:
        return True
    return any(not isinstance(one, str) or SENDABLE.fullmatch(one) is not None for one in listed)


def _texts(value: Any) -> tuple[str, ...]:
    """The strings in an array; none where it is no array."""
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _whole_number(node: Node, keyword: str) -> int:
    """What a keyword says where it is a whole number above 0; else 0."""
    value = node.value.get(keyword)
    return max(value, 0) if isinstance(value, int) and not isinstance(value, bool) else 0
