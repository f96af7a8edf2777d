"""In which order a shape answers: from the rows, from them completed, and by the contract alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pytest

from mockade.catalogue.answerers import FixedAnswerer, Kind
from mockade.catalogue.answering import answered, reply_of
from mockade.catalogue.contract_answers import ContractAnswerer
from mockade.catalogue.shape_answers import ShapeAnswerer
from mockade.crud.operations import NotOfRows
from mockade.errors import InvalidResponse, OurFault
from mockade.handling import Call, Reply

CALL = cast("Call", None)
ROWS = Reply("rows", 201, {"ETag": "1"})


class Rows:
    """The CRUD of a shape; `raises` is for what rows cannot answer."""

    def __init__(self, raises: Exception | None = None) -> None:
        self.raises = raises

    def __call__(self, _call: Any) -> Reply:
        if self.raises is not None:
            raise self.raises
        return ROWS

    def completed(self, _call: Any, body: Any, status: int) -> Any:
        return f"{body} completed for {status}"


def run(rows: Rows, raised: Sequence[type[Exception] | None], alone: Kind) -> list[tuple[Any, ...]]:
    """What is prepared, each time raising what `raised` has, and where the contract alone is of that kind."""
    tried: list[tuple[Any, ...]] = []
    left = list(raised)
    fixed = FixedAnswerer(alone, "alone", lambda _call: Reply("contract", 200))

    def prepare(kind: Kind, reply: Reply) -> str:
        tried.append((kind, reply.body, reply.status, "ETag" in reply.headers))
        error = left.pop(0) if left else None
        if error is not None:
            raise error("no") if error is not NotOfRows else NotOfRows
        return kind

    shape = ShapeAnswerer("read widgets", cast("Any", rows), cast("ContractAnswerer", None))
    assert answered(shape, CALL, prepare, lambda _alone: fixed) == tried[-1][0]
    return tried


FROM_ROWS = ("shape", "rows", 201, True)
COMPLETED = ("shape", "rows completed for 201", 201, True)


@pytest.mark.parametrize(
    ("rows", "raised", "tried"),
    [
        (Rows(), [], [FROM_ROWS]),
        (Rows(), [InvalidResponse], [FROM_ROWS, COMPLETED]),
        (Rows(), [InvalidResponse] * 2, [FROM_ROWS, COMPLETED, ("example", "contract", 200, True)]),
        (Rows(), [NotOfRows], [FROM_ROWS, ("example", "contract", 201, True)]),
        (Rows(NotOfRows()), [], [("example", "contract", 200, False)]),
    ],
)
def test_a_shape_answers_from_rows_then_completed_then_by_the_contract(
    rows: Rows, raised: Any, tried: Any
) -> None:
    assert run(rows, raised, "example") == tried


def test_a_stub_does_not_take_the_place_of_an_answer_that_breaks_the_contract() -> None:
    with pytest.raises(InvalidResponse):
        run(Rows(), [InvalidResponse] * 2, "stub")


def test_what_leaves_the_server_in_a_handler_is_a_fault_of_ours() -> None:
    def leave(_call: Any) -> None:
        raise SystemExit(3)

    with pytest.raises(OurFault, match="get_widget raised SystemExit: 3"):
        reply_of(FixedAnswerer("handler", "get_widget", leave), CALL)
