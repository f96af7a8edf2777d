"""Compiles what an operation documents into items, once for all worlds."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from itertools import zip_longest
from typing import Any

from mockade.contract.coercion import types_of
from mockade.contract.contract import Contract
from mockade.contract.document import Node, Source
from mockade.contract.json_pointer import escaped
from mockade.contract.keywords import TEMPLATE
from mockade.contract.media_types import is_form, is_json
from mockade.contract.normalizer_registry import NormalizerRegistry
from mockade.contract.operations import NO_BODY, Content, Operation, Response
from mockade.contract.parameters import Parameter
from mockade.contract.schemes import Scheme
from mockade.contract.translation import Direction
from mockade.coverage.drafts import drafted
from mockade.coverage.items import (
    Alternative,
    ContentItems,
    Item,
    OperationItems,
    ParameterItems,
    ResponseItems,
    SchemaItems,
    Secret,
)
from mockade.coverage.numbering import Numbering
from mockade.coverage.parts import Parts

_HOLDERS = frozenset({"object", "array"})


def items_of(contract: Contract, operation_id: str) -> OperationItems | None:
    """The items of an operation, None where the contract has none of that id."""
    made = contract.document.memo(items_of)
    if operation_id not in made:
        for _ in compiling(contract, operation_id):
            pass  # whoever asks for one alone waits for it
    found: OperationItems | None = made[operation_id]
    return found


def compiling(contract: Contract, operation_id: str) -> Iterator[None]:
    """Make the items of an operation, in slices; `items_of` has them then."""
    made = contract.document.memo(items_of)
    operation = contract.operations_by_id.get(operation_id)
    if operation is None:
        made[operation_id] = None
    elif operation_id not in made:
        made[operation_id] = yield from Compiler(contract, operation).compiled()


class Compiler:
    """Compiles one operation."""

    def __init__(self, contract: Contract, operation: Operation) -> None:
        self._contract = contract
        self._operation = operation
        name = f"{operation.method} {operation.shown_path}"
        self._items = [Item("operations", "", "", name, operation.source)]

    def compiled(self) -> Generator[None, None, OperationItems]:
        operation, items = self._operation, self._items
        security = list(self._security())
        parameters: dict[str, list[ParameterItems]] = {"path": [], "query": [], "header": [], "cookie": []}
        for where, listed in parameters.items():
            for one in operation.parameters:
                if one.where == where:
                    listed.append((yield from self._parameter(one)))
        contents: dict[str, ContentItems] = {}
        for name, content in operation.body.contents.items() if operation.body is not None else ():
            contents[name] = yield from self._content(
                name, content, "/requestBody", "request", is_request=True
            )
        request_end = len(items)
        responses: dict[str, ResponseItems] = {}
        for status, response in operation.responses.items():
            responses[status] = yield from self._response(response)
        secrets = [secret for one in security for secret in one.secrets]
        headers = {one.field for one in secrets if one.carrier == "header"}
        headers |= {one.parameter.name.lower() for one in parameters["header"]}
        if parameters["cookie"] or any(one.carrier == "cookie" for one in secrets):
            headers.add("cookie")
        if contents:
            headers |= {"content-type", "content-encoding"}
        return OperationItems(
            operation,
            items,
            security,
            parameters,
            contents,
            responses,
            request_end,
            frozenset(name.encode("latin-1", "replace") for name in headers),
            _path_pattern(operation) if any(one.schema for one in parameters["path"]) else None,
            tuple(TEMPLATE.findall(operation.path)),
            frozenset(
                {one.parameter.name for one in parameters["query"]}
                | {name for name, _ in operation.pairs}
                | {one.field for one in secrets if one.carrier == "query"}
            ),
        )

    def _add(self, item: Item) -> int:
        self._items.append(item)
        return len(self._items) - 1

    def _security(self) -> Iterator[Alternative]:
        schemes = self._contract.security_schemes
        for alternative in self._operation.security:
            asked = [schemes[name] for name in alternative]
            secrets = [_secret(scheme) for scheme in asked if not scheme.is_certificate]
            name = " and ".join(alternative) or "no credential"
            id = f"/security/{escaped('+'.join(alternative))}"
            # A client certificate is settled below HTTP, where no server of ours sees it.
            is_unseen = bool(asked) and not secrets
            source = self._source_of(alternative)
            number = self._add(Item("security", id, "security", name, source, is_unseen))
            if not is_unseen:
                yield Alternative(secrets, number)

    def _source_of(self, alternative: Mapping[str, Any]) -> Source:
        """Where an alternative stands: with the operation, or with the whole document."""
        operation, document = self._operation, self._contract.document
        for source in (operation.source, document.root.source):
            holder = Node.at(source, document.value_at(source))
            for at, one in enumerate(holder.listed("security")):
                if isinstance(one.value, dict) and one.value.keys() == alternative.keys():
                    return source.child("security", at)
        return operation.source

    def _parameter(self, parameter: Parameter) -> Generator[None, None, ParameterItems]:
        id = f"/parameters/{parameter.where}/{escaped(parameter.name)}"
        number = self._add(Item("parameters", id, parameter.where, parameter.name, parameter.listed))
        schema = None
        if parameter.schema is not None:
            parts = self._parts("request", parameter.normalizers)
            schema = yield from self._schema(
                parameter.schema, parts, f"{id}/schema", parameter.where, name=parameter.name
            )
        return ParameterItems(parameter, number, schema)

    def _response(self, response: Response) -> Generator[None, None, ResponseItems]:
        status = response.status
        is_far = _is_out_of_reach(status, self._operation)
        id, where = f"/responses/{status}", f"response {status}"
        number = self._add(Item("statuses", id, where, status, response.listed, is_far))
        has_body = status not in map(str, NO_BODY) and self._operation.method != "HEAD"
        contents: dict[str, ContentItems] = {}
        for name, content in response.contents.items() if has_body else ():
            contents[name] = yield from self._content(name, content, id, where, out_of_reach=is_far)
        return ResponseItems(number, contents, len(self._items))

    def _content(
        self,
        media_type: str,
        content: Content,
        id: str,
        where: str,
        *,
        is_request: bool = False,
        out_of_reach: bool = False,
    ) -> Generator[None, None, ContentItems]:
        id = f"{id}/content/{escaped(media_type)}"
        number = self._add(Item("media_types", id, where, media_type, content.source, out_of_reach))
        schema: SchemaItems | None = None
        if content.schema is not None and _is_read(content, is_request=is_request):
            parts = self._parts("request" if is_request else "response", content.normalizers)
            schema = yield from self._schema(
                content.schema, parts, f"{id}/schema", where, out_of_reach=out_of_reach
            )
        return ContentItems(content, number, schema)

    def _parts(self, direction: Direction, normalizers: NormalizerRegistry) -> Parts:
        return Parts(self._contract.document, direction, normalizers)

    def _schema(
        self, node: Node, parts: Parts, id: str, where: str, *, name: str = "", out_of_reach: bool = False
    ) -> Generator[None, None, SchemaItems | None]:
        """What is looked for in a schema's values, None where nothing is."""
        root = yield from drafted(node, parts, id, name)
        schema = yield from Numbering(self._items, where, out_of_reach=out_of_reach).number(root)
        return schema if schema.end > schema.first else None


def _is_read(content: Content, *, is_request: bool) -> bool:
    """Whether anything is looked for in a body: JSON, fields and parts of requests, and a request's text."""
    if not is_request:
        return content.is_json
    media_type = content.media_type.lower()
    if is_json(media_type) or is_form(media_type) or media_type.startswith("multipart/"):
        return True
    return _HOLDERS.isdisjoint(types_of(content.schema).own)


def _is_out_of_reach(status: str, operation: Operation) -> bool:
    """Whether no request brings a status about: what fails on a server, and what stands for all others.

    `default` is what refuses where no status from 400 on is documented, and the answer where no other is.
    """
    if status != "default":
        return status[:1] in ("1", "5")
    kinds = {one[:1] for one in operation.responses}
    return "4" in kinds and not kinds.isdisjoint({"2", "3"})


def _secret(scheme: Scheme) -> Secret:
    field = scheme.field.lower() if scheme.carrier == "header" else scheme.field
    return Secret(scheme.carrier, field, scheme.prefix)


def _path_pattern(operation: Operation) -> re.Pattern[str]:
    """A pattern for the end of a path, as it came; its groups are the path's parameters, in their order."""
    parts = TEMPLATE.split(operation.path)
    options = operation.path_options
    groups = [
        f"({'|'.join(map(re.escape, options[name]))})" if name in options else "([^/]+)"
        for name in parts[1::2]
    ]
    whole = "".join(re.escape(text) + group for text, group in zip_longest(parts[::2], groups, fillvalue=""))
    return re.compile(f"{whole}$")
