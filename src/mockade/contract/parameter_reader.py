"""The parameters of an operation as its document declares them."""

from __future__ import annotations

from mockade.contract.document import Node
from mockade.contract.keywords import TEMPLATE
from mockade.contract.media_types import is_json
from mockade.contract.members import tell_misspelt
from mockade.contract.normalizer_registry import NormalizerRegistry
from mockade.contract.parameters import Parameter
from mockade.contract.tell import Tell, words_of

_STYLES = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}


class ParameterReader:
    """Reads the parameters of one operation after the other."""

    def __init__(self, tell: Tell, normalizers: NormalizerRegistry) -> None:
        self._tell = tell
        self._normalizers = normalizers

    def read(self, path: str, template: str, item: Node, node: Node) -> tuple[Parameter, ...]:
        found: dict[tuple[str, str], Parameter] = {}
        for owner in (item, node):
            declared = owner.get("parameters")
            if declared is not None and not isinstance(declared.value, list | None):
                self._tell(declared, "`parameters` is a list.", rule="parameters")
            for at, one in enumerate(owner.listed("parameters")):
                parameter = self._parameter(one, (owner, at))
                if parameter is not None:
                    found[parameter.where, parameter.name] = parameter
        named = TEMPLATE.findall(path)
        for name in dict.fromkeys(named):
            if named.count(name) > 1:
                message = f"The path {path} names {{{name}}} more than once."
                self._tell(node, message, "The last counts.", "parameters", "warning")
            if ("path", name) not in found:
                message = f"The path {path} names {{{name}}}, which no path parameter declares."
                self._tell(node, message, "It is taken as a string.", "parameters", "warning")
                found["path", name] = self._undeclared(name, node)
        for where, name in list(found):
            if where == "path" and name not in named:
                del found[where, name]
                if f"{{{name}}}" in template:
                    continue  # in the query, which was cut off
                message = f"The path parameter {name!r} does not occur in {path}."
                self._tell(node, message, rule="parameters", severity="warning")
        return tuple(found.values())

    def _undeclared(self, name: str, node: Node) -> Parameter:
        """A path parameter that the contract does not declare: a string."""
        holder = node._replace(value={})
        return Parameter(
            name=name,
            where="path",
            required=True,
            style="simple",
            explode=False,
            empty=False,
            json=False,
            schema=None,
            holder=holder,
            normalizers=self._normalizers,
            source=node.source,
        )

    def _parameter(self, node: Node, listing: tuple[Node, int]) -> Parameter | None:
        if not isinstance(node.value, dict):
            self._tell(node, "A parameter is an object.", rule="parameters")
            return None
        name, where = words_of(self._tell, node, "name"), node.text("in")
        if where == "querystring":
            message = "A parameter that is the whole query (`in: querystring`) is not read."
            self._tell(node, message, "The query may be what it likes.", "version", "info")
            return None
        if where not in _STYLES or not name:
            message = "A parameter needs a `name`, and an `in` that is path, query, header or cookie."
            self._tell(node, message, rule="parameters")
            return None
        # OpenAPI gives these three headers to the body, the answer and the security schemes.
        if where == "header" and name.lower() in ("accept", "content-type", "authorization"):
            return None
        tell_misspelt(self._tell, node, "a parameter")
        media_type, media = next(iter(node.members("content")), ("", None))
        schema = media.get("schema") if media else node.get("schema")
        if schema is not None:
            self._normalizers.register(schema)
        style = node.text("style", _STYLES[where])
        explode = node.value.get("explode", style in ("form", "cookie"))
        return Parameter(
            name=name,
            where=where,  # type: ignore[arg-type]  # it is one of _STYLES
            required=where == "path" or node.value.get("required") is True,
            style=style,
            explode=bool(explode),
            empty=where == "query" and node.value.get("allowEmptyValue") is True,
            json=is_json(media_type),
            schema=schema,
            holder=media or node,
            normalizers=self._normalizers,
            source=node.source,
            listing=listing,
        )
