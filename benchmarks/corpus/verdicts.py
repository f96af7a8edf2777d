"""What an answer is worth: as documented, broken, refused, or a fault; the same for Mockade and its peers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from benchmarks.corpus.contracts import Node, Operation, is_json
from benchmarks.corpus.schemas import Schemas

ANSWERED = "answered"
BROKE = "broke its contract"
REFUSED = "refused"
UNANSWERED = "501"
FAULT = "5xx"
UNKNOWN = "no id known"
"""Neither a list, nor a create, nor the contract gave an id for its path: it counts nowhere."""

UNMADE = "no valid request could be made"
UNSENT = "not asked"
"""The contract did not start, or its time was over."""

VERDICTS = (ANSWERED, BROKE, REFUSED, UNANSWERED, FAULT, UNKNOWN, UNMADE, UNSENT)


class Verdict(NamedTuple):
    name: str
    why: str = ""
    """Empty for what was answered as documented."""
    value: Any = None
    """The JSON of an answer, where it is JSON."""
    schema: Node | None = None
    """By which the JSON was judged."""


def best_judged(
    operations: Sequence[Operation],
    schemas: Schemas,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
) -> Verdict:
    """The verdict by the first of several operations that the request may have meant, or a better one."""
    verdicts = [judged(one, schemas, status, headers, body) for one in operations]
    return next((one for one in verdicts if one.name == ANSWERED), verdicts[0])


def judged(
    operation: Operation, schemas: Schemas, status: int, headers: Mapping[str, str], body: bytes
) -> Verdict:
    if status == 501 and not operation.is_success(status):
        return Verdict(UNANSWERED, _unanswered(operation, schemas))
    if status >= 500:
        return Verdict(FAULT, f"{status}")
    if not operation.is_success(status):
        if 200 <= status < 300:
            return Verdict(BROKE, f"{status} is not documented")
        return Verdict(REFUSED, f"{status}")
    response = operation.response(status)
    if response is None or operation.method == "HEAD" or status in (204, 205, 304):
        return Verdict(ANSWERED)
    if not body:
        return (
            Verdict(BROKE, "no body where JSON is documented")
            if _promises_json(response)
            else Verdict(ANSWERED)
        )
    return _body(response, schemas, headers.get("content-type", ""), body)


def _body(response: Node, schemas: Schemas, sent_as: str, body: bytes) -> Verdict:
    contents = dict(response.get("content").members())
    if not contents:
        return Verdict(BROKE, "a body where none is documented")
    kind = sent_as.partition(";")[0].strip().lower()
    content = next((one for name, one in contents.items() if _covers(name, kind)), None)
    if content is None:
        return Verdict(BROKE, f"{kind or 'no media type'} is not documented")
    if not is_json(kind):
        return Verdict(ANSWERED)
    try:
        value = json.loads(body)
    except ValueError:
        return Verdict(BROKE, "its body is no JSON")
    schema = content.get("schema")
    if schema.value is None:
        return Verdict(ANSWERED, value=value)
    wrong = schemas.wrong(schema.pointer, value, "response")
    return Verdict(BROKE if wrong else ANSWERED, head(wrong), value, schema)


def _covers(documented: str, kind: str) -> bool:
    name = documented.partition(";")[0].strip().lower()
    if name in ("*/*", "*"):
        return True
    return name == kind or (name.endswith("/*") and kind.startswith(name[:-1]))


def _promises_json(response: Node) -> bool:
    """Whether JSON is all that is documented, with a schema that an empty body cannot keep."""
    contents = dict(response.get("content").members())
    return bool(contents) and all(
        is_json(name) and isinstance(one.get("schema").value, dict) for name, one in contents.items()
    )


def _unanswered(operation: Operation, schemas: Schemas) -> str:
    """Why nobody answers: what the contract's success response lacks."""
    statuses = operation.successes
    if not statuses:
        documented = ", ".join(
            sorted({"default" if s == "default" else f"{s[0]}xx" for s in operation.responses})
        )
        return f"documents no 2xx, but {documented or 'nothing'}"
    contents = dict(operation.responses[statuses[0]].get("content").members())
    name = next(filter(is_json, contents), next(iter(contents), ""))
    if not name:
        return f"{statuses[0]} documents no content"
    content = contents[name]
    schema = content.get("schema")
    kind = "JSON" if is_json(name) else name.partition(";")[0].lower()
    if schema.value is None:
        return f"{kind} without a schema and an example"
    examples = [
        one for holder in (content, schema) if isinstance(holder.value, dict) for one in _examples(holder)
    ]
    if not examples:
        return f"{kind} with a schema ({_form(schema)}), no example{_below(schema)}"
    if not any(not schemas.wrong(schema.pointer, one, "response") for one in examples):
        return f"{kind} with an example that does not keep its schema"
    return f"{kind} with an example that keeps its schema"


def _examples(holder: Node) -> list[Any]:
    if "example" in holder.value:
        return [holder.value["example"]]
    examples = holder.value.get("examples")
    if isinstance(examples, list):
        return examples
    return [
        one.value["value"]
        for _, one in holder.get("examples").members()
        if isinstance(one.value, dict) and "value" in one.value
    ]


def _below(schema: Node) -> str:
    """Whether an example could be put together from those of an object's properties, or of its items'."""
    items = schema.get("items")
    properties = (items if items.value is not None else schema).get("properties")
    given = [
        isinstance(one.value, dict) and not {"example", "examples"}.isdisjoint(one.value)
        for _, one in properties.members()
    ]
    return (
        ", but of every property"
        if given and all(given)
        else ", but of some properties"
        if any(given)
        else ""
    )


def _form(schema: Node) -> str:
    value = schema.value if isinstance(schema.value, dict) else {}
    if value.get("type"):
        return str(value["type"])
    found = next((key for key in ("allOf", "oneOf", "anyOf", "properties") if key in value), "")
    return "object" if found == "properties" else found or "no type"


_VARIES = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"(?<=There is no )\S.* in \S+\.$"), "… in its collection."),
    (re.compile(r"https?://\S+"), "URL"),
    (re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`"), "…"),
    (re.compile(r"(?<![\w.])/[^\s,;]*"), "/…"),
    (re.compile(r"[{\[].{20,}[}\]]"), "…"),
    (re.compile(r"\{[^{}]*\}"), "{…}"),
    (re.compile(r"\b\d[\d.,]*\b"), "N"),
)


def head(message: str) -> str:
    """The first sentence of a message without what varies: what is alike is counted together."""
    for pattern, stands in _VARIES:
        message = pattern.sub(stands, message)
    return re.split(r"(?<=\.)\s", message.strip(), maxsplit=1)[0][:140]
