"""A valid request for each operation, with ids from the answers before it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from benchmarks.corpus.contracts import PARAMETER, Contract, Node, Operation, is_json
from benchmarks.corpus.credentials import carried
from benchmarks.corpus.schemas import Schemas
from benchmarks.corpus.values import Unmade, Values

_IDS = ("id", "uuid", "guid", "key", "slug", "code", "name", "_id")
_ORDER = {"GET": 2, "HEAD": 2, "POST": 3, "PUT": 4, "PATCH": 5, "DELETE": 7}
_BOUNDARY = "corpus"
_IN_PATH = "/%:@!$&'()*+,;=~-._"


class Request(NamedTuple):
    method: str
    target: str
    """Path and query, encoded."""
    headers: dict[str, str]
    body: bytes


def in_order(operations: Iterable[Operation]) -> list[Operation]:
    """Lists first, then creates, then what is about one thing, and what removes things last."""

    def turn(operation: Operation) -> tuple[int, int]:
        order = _ORDER.get(operation.method, 6)
        if not operation.has_item:
            order = {"GET": 0, "POST": 1}.get(operation.method, order)
        return order, len(PARAMETER.findall(operation.path))

    return sorted(operations, key=turn)


class Requests:
    """Makes the requests for a contract, and learns from their answers."""

    def __init__(self, contract: Contract, schemas: Schemas) -> None:
        self._contract = contract
        self._values = Values(contract, schemas)
        self._seen: dict[str, dict[str, Any]] = {}
        """By the path of a collection, one of its things."""

    def learn(self, operation: Operation, answer: Any) -> None:
        """Remember the thing that a list or a create answered with."""
        if operation.method not in ("GET", "POST"):
            return
        thing = _first_thing(answer)
        if thing:
            self._seen.setdefault(operation.path.rstrip("/"), thing)

    def make(self, operation: Operation) -> Request:
        """Raises Unmade."""
        path, query, cookies = operation.path, list[str](), list[str]()
        headers = {"accept": "*/*"}
        secrets = list(carried(self._contract, operation))
        known = {(one.place, one.name) for one in secrets}
        for parameter in operation.parameters:
            name, where = parameter.value.get("name"), parameter.value.get("in")
            if (where, name) in known:
                continue  # a credential that is declared twice is sent once
            if where == "path":
                path = path.replace("{" + str(name) + "}", self._in_path(operation, parameter))
            elif parameter.value.get("required") is True and isinstance(name, str):
                value = self._value(parameter)
                if where == "query":
                    query.append(_in_query(parameter.value, value))
                elif where == "header" and name.lower() not in ("accept", "content-type", "authorization"):
                    headers[name.lower()] = _simple(parameter.value, value)
                elif where == "cookie":
                    cookies.append(f"{name}={_simple(parameter.value, value)}")
        path = PARAMETER.sub("1", path)  # what the contract does not declare
        for one in secrets:
            if one.place == "query":
                query.append(urlencode({one.name: one.value}))
            elif one.place == "cookie":
                cookies.append(f"{one.name}={one.value}")
            else:
                headers[one.name.lower()] = one.value
        if cookies:
            headers["cookie"] = "; ".join(cookies)
        media_type, body = self._body(operation)
        if media_type:
            headers["content-type"] = media_type
        path, _, own_query = path.partition("#")[0].partition("?")
        path = quote(path, safe=_IN_PATH)
        query.insert(0, quote(own_query, safe=_IN_PATH))
        return Request(
            operation.method, "?".join(filter(None, (path, "&".join(filter(None, query))))), headers, body
        )

    def _value(self, parameter: Node) -> Any:
        try:
            return self._values.of(parameter, empty=False)
        except Unmade as error:
            raise Unmade(f"a {parameter.value.get('in')} parameter, {error}") from None

    def _in_path(self, operation: Operation, parameter: Node) -> str:
        name = str(parameter.value["name"])
        before = operation.path.partition("/{" + name + "}")[0].rstrip("/")
        for value in _ids_of(self._seen.get(before, {}), name):
            if not self._values.wrong(parameter.get("schema"), value):
                text = json.dumps(value) if "content" in parameter.value else _text(value)
                return quote(text, safe="")
        text = _simple(parameter.value, self._value(parameter))
        style = parameter.value.get("style")
        mark = {"label": ".", "matrix": f";{name}="}.get(str(style), "")
        return mark + quote(text, safe=",") if text else mark + "1"

    def _body(self, operation: Operation) -> tuple[str, bytes]:
        """Media type and bytes; both empty where none is taken, or none can be made and none is needed."""
        contents = dict(operation.body.get("content").members())
        if not contents:
            return "", b""
        media_type = next(filter(is_json, contents), next(iter(contents)))
        try:
            return _encoded(media_type, self._sent(media_type, contents[media_type]))
        except Unmade as error:
            if operation.body.value.get("required") is True:
                raise Unmade(f"a body, {error}") from None
            return "", b""

    def _sent(self, media_type: str, content: Node) -> Any:
        """The value of a body; of a form each member is one that a form can carry. Raises Unmade."""
        value = self._values.of(content)
        if not _is_form(media_type) or content.get("schema").value is None:
            return value
        if not isinstance(value, dict):
            raise Unmade("a form whose schema is no object")
        return {
            name: self._values.of_schema(content.get("schema", "properties", name))
            if one in ([], {})
            else one
            for name, one in value.items()
        }


def _is_form(media_type: str) -> bool:
    return media_type.lower().startswith(("application/x-www-form-urlencoded", "multipart/"))


def _encoded(media_type: str, value: Any) -> tuple[str, bytes]:
    kind = media_type.partition(";")[0].strip().lower()
    if is_json(kind):
        return (kind if "*" not in kind else "application/json"), json.dumps(value).encode()
    if kind == "application/x-www-form-urlencoded":
        members = value if isinstance(value, dict) else {}
        return kind, urlencode({name: _parts(one) for name, one in members.items()}, doseq=True).encode()
    if kind.startswith("multipart/"):
        members = value if isinstance(value, dict) else {}
        lines = [
            f'--{_BOUNDARY}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{_text(one)}\r\n'
            for name, some in members.items()
            for one in (some if isinstance(some, list) else [some])
        ]
        return f"{kind}; boundary={_BOUNDARY}", f"{''.join(lines)}--{_BOUNDARY}--\r\n".encode()
    if kind.endswith("xml"):
        return kind, b"<root/>"
    sent = "application/octet-stream" if "*" in kind else kind
    return sent, _text(value).encode() or b"corpus"


def _parts(value: Any) -> Any:
    return [_text(one) for one in value] if isinstance(value, list) else _text(value)


def _in_query(parameter: dict[str, Any], value: Any) -> str:
    name, style = parameter["name"], parameter.get("style", "form")
    if "content" in parameter:
        return urlencode({name: json.dumps(value)})
    explode = parameter.get("explode", style == "form")
    if isinstance(value, dict):
        if style == "deepObject":
            return urlencode({f"{name}[{key}]": _parts(one) for key, one in value.items()}, doseq=True)
        if explode:
            return urlencode({key: _parts(one) for key, one in value.items()}, doseq=True)
    if isinstance(value, list) and explode:
        return urlencode([(name, _text(one)) for one in value])
    separator = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}.get(style, ",")
    parts = _flat(value)
    return f"{quote(name, safe='')}={separator.join(quote(part, safe='') for part in parts)}"


def _simple(parameter: dict[str, Any], value: Any) -> str:
    """A value in a path, a header or a cookie; what has `content` travels as JSON."""
    return json.dumps(value) if "content" in parameter else ",".join(_flat(value))


def _flat(value: Any) -> list[str]:
    if isinstance(value, list):
        return [_text(one) for one in value]
    if isinstance(value, dict):
        return [part for key, one in value.items() for part in (str(key), _text(one))]
    return [_text(value)]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _ids_of(thing: dict[str, Any], name: str) -> Iterator[Any]:
    """What may name a thing in a path whose parameter is called `name`."""

    def plain(text: str) -> str:
        return re.sub("[^a-z0-9]", "", text.lower())

    called = {plain(key): value for key, value in thing.items()}
    for key in (plain(name), *_IDS):
        value = called.get(plain(key))
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            yield value


def _first_thing(answer: Any) -> dict[str, Any]:
    """The first object of a list, of an envelope's list, or the answer itself."""
    if isinstance(answer, list):
        return answer[0] if answer and isinstance(answer[0], dict) else {}
    if not isinstance(answer, dict):
        return {}
    lists = [one for one in answer.values() if isinstance(one, list) and one and isinstance(one[0], dict)]
    if lists:
        return lists[0][0]
    # The envelope of an empty list is no thing, and must not stand in the place of what a create answers.
    is_empty_list = "id" not in answer and any(one == [] for one in answer.values())
    return {} if is_empty_list else answer
