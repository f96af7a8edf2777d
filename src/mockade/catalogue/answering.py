"""Answers a call: by its answerer, and where rows cannot keep the contract by that alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from mockade.catalogue.answerers import Answerer, Kind
from mockade.catalogue.contract_answers import ContractAnswerer
from mockade.catalogue.shape_answers import ShapeAnswerer
from mockade.contract.body_writer import is_structured
from mockade.contract.operations import Content
from mockade.crud.not_of_rows import NotOfRows
from mockade.errors import InvalidResponse, OurFault, RunAgain
from mockade.handling import Call, Reply, Wait

Response_co = TypeVar("Response_co", covariant=True)


class Prepare(Protocol[Response_co]):
    """Makes a response of a reply. Raises InvalidResponse where the contract does not allow it.

    Raises NotOfRows where a shape's is of a content that it cannot be written as.
    """

    def __call__(self, kind: Kind, reply: Reply) -> Response_co: ...


class Waiting(Exception):
    """The handler of that name has no answer yet; all that its call did is to be dropped."""

    def __init__(self, name: str, wait: Wait) -> None:
        super().__init__(name)
        self.name = name
        self.wait = wait


Fallback = Callable[[ContractAnswerer], Answerer]
"""What answers by the contract alone as the caller and the settings have it."""


def answered(
    answerer: Answerer, call: Call, prepare: Prepare[Response_co], fallback: Fallback
) -> Response_co:
    """The response to a call. Raises InvalidResponse where the contract allows none that could be made.

    A shape's is made of the rows; else of them with what they lack of the contract, else by the contract
    alone. That answers in its place, too, what rows cannot answer or be written as.
    """
    if not isinstance(answerer, ShapeAnswerer):
        return prepare(answerer.kind, reply_of(answerer, call))
    try:
        reply = reply_of(answerer, call)
    except NotOfRows as other:
        alone = fallback(answerer.fallback)
        return prepare(alone.kind, reply_of(alone, other.call or call))
    try:
        return prepare(answerer.kind, reply)
    except NotOfRows:
        alone = fallback(answerer.fallback)
        return prepare(alone.kind, Reply(reply_of(alone, call).body, reply.status, reply.headers))
    except InvalidResponse:
        pass
    try:
        whole = answerer.completed(call, reply.body, reply.status)
        return prepare(answerer.kind, Reply(whole, reply.status, reply.headers))
    except InvalidResponse:
        alone = fallback(answerer.fallback)
        if alone.kind == "stub":
            raise
    made = reply_of(alone, call)
    return prepare(alone.kind, Reply(made.body, made.status, reply.headers))


def reply_of(answerer: Answerer, call: Any) -> Reply:
    """What an answerer says to a call, which for the control API is a ControlCall.

    Raises Waiting where it says Wait.
    """
    try:
        answer = answerer.answer(call)
        if isinstance(answer, Reply):
            return answer
        if type(answer) is Wait:
            raise Waiting(answerer.name, answer)
        return Reply(answer)
    except (Exception, KeyboardInterrupt, RunAgain):
        raise
    except BaseException as error:  # such as sys.exit() in a handler, which must not end the server
        raise OurFault(f"{answerer.name} raised {type(error).__name__}: {error}.") from error


def check_writes_rows(content: Content | None) -> None:
    """Raises NotOfRows where rows cannot be written as the content: a text or a file says something else."""
    if content is not None and not content.is_json and not is_structured(content.sent_as):
        raise NotOfRows
