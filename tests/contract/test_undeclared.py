"""What a schema permits and does not know is taken out wherever it stands, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockade.contract.undeclared import MOST_NOTICED, strip_undeclared, undeclared_notices
from tests.contract.test_normalizer import shape_of

NAMED = {"type": "object", "properties": {"name": {"type": "string"}}}
SHAPE = {
    "allOf": [NAMED],
    "properties": {
        "free": {"type": "object"},
        "texts": {"type": "object", "additionalProperties": {"type": "string"}},
        "by_name": {"type": "object", "additionalProperties": NAMED},
        "list": {"type": "array", "items": NAMED},
    },
}


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ({"name": "a", "zz": {}, "list": [{"name": "b", "zz": 1}]}, {"name": "a", "list": [{"name": "b"}]}),
        ({"free": {"zz": 1}, "texts": {"zz": "1"}}, {"free": {"zz": 1}, "texts": {"zz": "1"}}),
        ({"by_name": {"zz": {"name": "a", "y": 1}}}, {"by_name": {"zz": {"name": "a"}}}),
        ({f"z{at}": at for at in range(MOST_NOTICED + 5)}, {}),
        ([{"zz": 1}], [{"zz": 1}]),
        (7, 7),
    ],
)
def test_undeclared_properties_are_taken_out_wherever_they_stand(
    tmp_path: Path, value: Any, left: Any
) -> None:
    normalizer = shape_of(tmp_path, SHAPE)
    strip_undeclared(normalizer, value)
    assert value == left
    assert undeclared_notices(normalizer, value, "body", ()) == []
