"""Headers that an answer which no handler wrote needs: the required ones, and a redirection's Location."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import orjson

from mockade.contract.contract import Contract
from mockade.contract.document import Node
from mockade.contract.generation.no_value import NoValueFound
from mockade.contract.headers import Header
from mockade.contract.operations import Operation
from mockade.contract.samples import sample
from mockade.errors import OurFault
from mockade.handling import Call, Reply
from mockade.middleware.response_validation import entity_tag
from mockade.middleware.responses import WRITTEN_BY_SERVER, header_line

REDIRECTIONS = frozenset({300, 301, 302, 303, 307, 308})

_NOT_PROMISED = {"etag", *(name.decode() for name in WRITTEN_BY_SERVER)}
"""Made from the body, where one of such fits, or by the server."""

_EXAMPLES = frozenset({"example", "examples", "default"})

_TARGETS = ("/", "https://example.com/")
"""Where a redirection leads of which nobody says it; the second where the contract wants a whole URL."""


def with_promised_headers(call: Call, operation: Operation, reply: Reply, contract: Contract) -> Reply:
    """The reply with a value of each required header that it lacks, and none that does not fit.

    A redirection has a Location, whether or not the contract requires or documents it. Where the Location of
    a new row does not fit, one of its forms without the base URL does, else it is left out. Raises OurFault
    (501) where no value is found for a header that is required.
    """
    status = reply.status or operation.success
    response = operation.response(status)
    documented = response.headers if response else {}
    if not documented and status not in REDIRECTIONS:
        return reply
    names = {name.lower() for name in reply.headers}
    headers = dict(reply.headers)
    for name, header in documented.items():
        if name in _NOT_PROMISED and not (name == "etag" and response and not entity_tag(response, b"")):
            continue
        if name in names:
            given = next(key for key in headers if key.lower() == name)
            fitting = next(filter(header.admits, _forms(name, headers[given])), None)
            if fitting is not None:
                headers[given] = fitting
                continue
            del headers[given]
        if header.required or (name == "location" and status in REDIRECTIONS):
            headers[header.name] = _value(call, header, contract)
    if status in REDIRECTIONS and "location" not in documented and "location" not in names:
        headers["Location"] = _TARGETS[0]
    return Reply(reply.body, reply.status, headers)


def _forms(name: str, value: str) -> Iterator[str]:
    """A header's value; a Location's path, and its ends, too: the contract may leave out a server's path."""
    yield value
    if name == "location":
        path = urlsplit(value).path
        yield path
        steps = path.strip("/").split("/")
        for at in range(1, len(steps)):
            yield f"/{'/'.join(steps[at:])}"
            yield "/".join(steps[at:])


def _value(call: Call, header: Header, contract: Contract) -> str:
    """The text of a header that fits its schema and that HTTP can carry."""
    for value in _candidates(call, header, contract):
        text = header_text(value)
        if header_line(header.name, text) is not None and header.admits(text):
            return text
    place = header.source.place()
    message = f"No value was found for the header {header.name}, at {place}: give it an example that fits."
    raise OurFault(message, status=501)


def _candidates(call: Call, header: Header, contract: Contract) -> Iterator[Any]:
    """The contract's examples, then what is made up, the plainest first."""
    node = Node.at(header.source, header.source.document.value_at(header.source))
    if "example" in node.value:
        yield node.value["example"]
    for _, example in node.members("examples"):
        if isinstance(example.value, dict) and "value" in example.value:
            yield example.value["value"]
    schema = header.schema
    if header.name.lower() == "location":
        if schema is not None and isinstance(schema.value, dict) and "example" in schema.value:
            yield schema.value["example"]
        yield from _TARGETS
    if schema is None:
        yield ""
        return
    yield sample(schema, now=call.now, uuid=call.new_uuid)
    if isinstance(schema.value, dict):  # its example may be what does not fit
        words = {word: value for word, value in schema.value.items() if word not in _EXAMPLES}
        yield sample(schema._replace(value=words), now=call.now, uuid=call.new_uuid)
        yield from words["enum"] if isinstance(words.get("enum"), list) else ()
    try:
        seed = call.transaction.state.seed
        yield contract.generator.generate(
            schema, seed=seed, key=header.name, now=call.now(), validator=header.validator
        )
    except NoValueFound:
        return


def header_text(value: Any) -> str:
    """A value as a header carries it: the items of a list with commas between them."""
    if isinstance(value, list):
        return ",".join(map(header_text, value))
    return value if isinstance(value, str) else orjson.dumps(value).decode()
