"""Answers that a contract gives by itself: an example, else a body generated from the schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from http.client import responses
from typing import TYPE_CHECKING, Any, NoReturn

import orjson

from mockade.catalogue.answerers import Answerer, FixedAnswerer, Kind, handler_name
from mockade.catalogue.files import bundled
from mockade.contract.body_writer import encoded, event_stream, is_event_stream, is_file
from mockade.contract.contract import Contract
from mockade.contract.generation.no_value import NoValueFound
from mockade.contract.name_words import split_words
from mockade.contract.operations import NO_BODY, Content, Operation
from mockade.contract.response_view import has_hidden_parts, visible_part
from mockade.contract.violations import ABSENT
from mockade.contract.vocabulary import SURE_KEYS
from mockade.dialects.inferred import ErrorFacts, error_body
from mockade.errors import OurFault, SetupError
from mockade.handling import Call, Reply
from mockade.state.ids import fingerprint

if TYPE_CHECKING:
    from mockade.contract.generation.generator import Generator

_KEPT = 16
"""Generated bodies that an operation keeps: asked again, the same answer costs as much as an example."""

_LONGEST_KEPT = 4096
"""Bytes of one that is kept."""


class ContractAnswerer:
    """Answers an operation by its contract alone.

    Whether by an example or by what is generated is decided when it is first asked: that compiles a schema.
    """

    headers: frozenset[str] = frozenset()

    def __init__(self, operation: Operation, contract: Contract, content: Content | None = None) -> None:
        self._operation = operation
        self._contract = contract
        self._content = content
        self._others: dict[str, ContractAnswerer] = {}
        self._made: dict[str, Any] = {}
        """The generated bodies that are kept, by a fingerprint of what they depend on: that may be large."""

    def of(self, content: Content | None) -> ContractAnswerer:
        """What answers in another of the documented media types; itself without one."""
        if content is None:
            return self
        if content.media_type not in self._others:
            if len(self._others) >= _KEPT:
                self._others.clear()
            self._others[content.media_type] = ContractAnswerer(self._operation, self._contract, content)
        return self._others[content.media_type]

    @cached_property
    def kind(self) -> Kind:
        """example, generated or stub."""
        return self._chosen.kind

    @cached_property
    def name(self) -> str:
        return self._chosen.name

    @cached_property
    def answer(self) -> Callable[[Any], Any]:
        return self._chosen.answer

    @cached_property
    def stub(self) -> FixedAnswerer:
        """The 501 that says what to write."""
        operation = self._operation
        message = f"Nobody answers {operation.method} {operation.shown_path}: {self._remedy}"

        def refuse(_call: Call) -> NoReturn:
            raise OurFault(message, status=501)

        return FixedAnswerer("stub", handler_name(operation), refuse)

    @property
    def _remedy(self) -> str:
        operation = self._operation
        if operation.response(operation.success) is None:
            documented = ", ".join(operation.responses) or "none"
            return (
                f"document an answer with a status from 200 on ({documented} is there), or write a function "
                f"{self._where}."
            )
        return (
            f"write a function {self._where}, or give its {operation.success} response an example that fits "
            "its schema."
        )

    @property
    def _where(self) -> str:
        operation = self._operation
        is_bundled = operation.source.document.path.parent.resolve() == bundled("specs").resolve()
        copy = f"; mockade copy {operation.api} DIR brings the bundled ones there first" if is_bundled else ""
        return (
            f"{handler_name(operation)}(call, …) in apis/{operation.api}.py of a folder DIR, which is served "
            f"with --home DIR{copy}"
        )

    @cached_property
    def _chosen(self) -> FixedAnswerer:
        operation = self._operation
        status = operation.success
        response = operation.response(status)
        if operation.not_served or response is None:
            return self.stub
        content = self._content or response.content
        if content is None or status in NO_BODY:
            return FixedAnswerer("example", f"{status} without a body", lambda _call: Reply(None, status))
        body = example_body(self._contract, content)
        if body is not ABSENT:
            return FixedAnswerer("example", f"the example of {status}", lambda _call: Reply(body, status))
        media_type = content.sent_as
        return FixedAnswerer(
            "generated", f"{status} {media_type}", lambda call: self._generated(content, call)
        )

    def _generated(self, content: Content, call: Call) -> Reply:
        operation = self._operation
        status = operation.success
        seed, asked = call.transaction.state.seed, requested_values(operation, call)
        facts = [seed, call.today(), call.path, asked]
        key = fingerprint(orjson.dumps(facts, option=orjson.OPT_NON_STR_KEYS))
        body = self._made.get(key, ABSENT)
        if body is ABSENT:
            try:
                body = generated_body(self._contract, operation, status, content, call, seed, asked)
            except OurFault as error:
                raise OurFault(f"{error.message} Mend it, or {self._remedy}", status=501) from None
            if len(body if isinstance(body, bytes) else orjson.dumps(body)) <= _LONGEST_KEPT:
                if len(self._made) >= _KEPT:
                    self._made.clear()
                self._made[key] = body
        return Reply(body, status)


def without_generated(answerer: Answerer) -> Answerer:
    """The answerer, or the 501 in the place of one that would generate."""
    if isinstance(answerer, ContractAnswerer) and answerer.kind == "generated":
        return answerer.stub
    return answerer


def example_body(contract: Contract, content: Content) -> Any:
    """The first example that fits, or one assembled from the properties' own; ABSENT where there is none."""
    if is_file(content.sent_as):
        return ABSENT  # what a text would say of an image is none
    for example in content.examples.values():
        if example.value is None and content.schema is None:
            continue  # nobody says that there is a body which is null
        if content.is_json or not isinstance(example.value, str):
            if content.validator is None or content.validator.is_valid(example.value):
                return _as_body(content, _shown(content, example.value))
        else:
            return _as_body(content, example.value)
    if content.schema is None or content.validator is None:
        return ABSENT
    whole = contract.generator.assembled(content.schema)
    return _as_body(content, whole) if whole is not ABSENT and content.validator.is_valid(whole) else ABSENT


def _shown(content: Content, value: Any) -> Any:
    """An example without what no answer carries (`writeOnly`), where it fits without that too."""
    if content.validator is None or not has_hidden_parts(content.schema):
        return value
    visible = visible_part(value, content.schema)
    return visible if content.validator.is_valid(visible) else value


def _as_body(content: Content, value: Any) -> Any:
    if isinstance(value, str) and is_event_stream(content.sent_as):
        return event_stream(value)
    if content.is_json or isinstance(value, str | bytes):
        return value
    return encoded(content.sent_as, content.schema or content.media, value)


def generated_body(
    contract: Contract,
    operation: Operation,
    status: int,
    content: Content,
    call: Call,
    seed: int,
    asked: Mapping[str, Any],
) -> Any:
    """A body for the content: JSON's value, or bytes. The same for the same seed, path, day and `asked`.

    An error is worded by its status where its schema takes that. Raises OurFault (501), which names the
    schema, where no valid body is found.
    """
    if status >= 400:
        phrase = responses.get(status, f"Status {status}")
        code = phrase.lower().replace(" ", "_")
        body = error_body([operation], ErrorFacts(status, code, phrase, call.today()))
        if body is not ABSENT and content.is_json:
            return body
    key = f"{operation.path} {sorted(call.path.items())}"
    # What does not go with the rest of its object is not said back rather than not answered.
    refused: OurFault | None = None
    for values in (asked, {}) if asked else (asked,):
        try:
            return _body(contract.generator, content, seed, key, call.today(), values)
        except NoValueFound as error:
            refused = refused or error
        except SetupError as error:
            raise OurFault(str(error.findings[0]), status=501) from None
        except RecursionError:
            raise OurFault(f"The schema at {content.source.place()} nests too deeply.", status=501) from None
    raise refused or OurFault(f"No value was found at {content.source.place()}.", status=501)


def _body(
    generator: Generator, content: Content, seed: int, key: str, now: str, asked: Mapping[str, Any]
) -> Any:
    if not content.is_json:
        from mockade.contract.generation.bodies import generate_body

        return generate_body(
            generator, content.sent_as, content.schema, seed=seed, key=key, now=now, asked=asked
        )
    if content.schema is None:
        return {}
    return generator.generate(
        content.schema, seed=seed, key=key, now=now, asked=asked, validator=content.validator
    )


def requested_values(operation: Operation, call: Call) -> dict[str, Any]:
    """What an answer says back, by name: path parameters, then what the body and the query hold."""
    asked = dict(call.path)
    last = operation.path.rstrip("/").rpartition("/")[2]
    if last[:1] == "{" and last[1:-1] in asked:
        word = (split_words(last[1:-1]) or ("",))[-1]
        if word in SURE_KEYS:  # as the item's own property may be called: petId is the pet's id
            asked.setdefault(word, asked[last[1:-1]])
    for values in (call.body, call.query):
        if isinstance(values, dict):
            asked = {**values, **asked}
    return asked
