"""Objects that are spread over names in brackets: read at any depth, or refused in a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockade.contract.coercion import types_of
from mockade.contract.deep_objects import Misread, deep_value
from tests.contract.documents import contract_of, schema_node
from tests.contract.test_linear import calls

FILTER = {
    "type": "object",
    "properties": {
        "n": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "integer"}},
        "range": {"type": "object", "properties": {"from": {"type": "number"}, "to": {"type": "number"}}},
        "any": {},
        "rows": {"type": "array", "items": {"$ref": "#/components/schemas/S"}},
        "map": {"type": "object", "additionalProperties": {"type": "boolean"}},
        "below": {"$ref": "#/components/schemas/S"},
    },
}


def read(folder: Path, query: dict[str, list[str]], schema: Any = FILTER) -> Any:
    node = schema_node(contract_of(folder, {"S": schema}))
    return deep_value("f", query.items(), types_of(node), [])


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ({"f[n]": ["1"]}, {"n": 1}),
        ({"f[range][from]": ["1"], "f[range][to]": ["2.5"]}, {"range": {"from": 1, "to": 2.5}}),
        ({"f[tags]": ["1", "2"]}, {"tags": [1, 2]}),
        ({"f[tags][]": ["1", "2"]}, {"tags": [1, 2]}),
        ({"f[tags][1]": ["2"], "f[tags][0]": ["1"]}, {"tags": [1, 2]}),
        ({f"f[tags][{at}]": [str(at)] for at in range(12)}, {"tags": list(range(12))}),
        ({"f[rows][0][n]": ["1"], "f[rows][1][tags][]": ["2"]}, {"rows": [{"n": 1}, {"tags": [2]}]}),
        ({"f[map][0]": ["true"], "f[map][a]": ["false"]}, {"map": {"0": True, "a": False}}),
        ({"f[any][x][y]": ["1"]}, {"any": {"x": {"y": "1"}}}),
        ({"f[any][0]": ["a"], "f[any][1]": ["b"]}, {"any": ["a", "b"]}),
        ({"f[any][]": ["a", "b"]}, {"any": ["a", "b"]}),
        ({"f[any]": ["a", "b"]}, {"any": ["a", "b"]}),
        ({"f[below][below][below][n]": ["5"]}, {"below": {"below": {"below": {"n": 5}}}}),
        ({"f[tags][x]": ["1"]}, {"tags": {"x": "1"}}),
    ],
)
def test_a_deep_object_is_read_as_its_schema_has_it(
    tmp_path: Path, query: dict[str, list[str]], value: Any
) -> None:
    assert read(tmp_path, query) == value


def test_an_array_may_be_spread_itself(tmp_path: Path) -> None:
    for query in ({"f[]": ["1", "2"]}, {"f[0]": ["1"], "f[1]": ["2"]}, {"f": ["1", "2"]}):
        assert read(tmp_path, query, {"type": "array", "items": {"type": "integer"}}) == [1, 2]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"f[a": ["1"]}, "'f[a' is no name in brackets such as f[a] or f[a][b]."),
        ({"f[a]b": ["1"]}, "'f[a]b' is no name in brackets such as f[a] or f[a][b]."),
        ({"f[a]b[c]": ["1"]}, "The brackets of 'f[a]b[c]' do not fit together."),
        ({"f[[a]]": ["1"]}, "The brackets of 'f[[a]]' do not fit together."),
        ({"f[n]": ["1"], "f[n][x]": ["2"]}, "'f[n]' came with a value of its own, and with members."),
        (
            {"f[tags][0]": ["1"], "f[tags][2]": ["2"]},
            "The items of 'f[tags]' are not numbered 0, 1, 2 and so on",
        ),
        ({"f[tags][00]": ["1"], "f[tags][0]": ["2"]}, "The items of 'f[tags]' are not numbered 0, 1, 2"),
        (
            {"f[tags][]": ["1"], "f[tags][0]": ["2"]},
            "Some items of 'f[tags]' have an index, and some have none.",
        ),
        ({"f[rows][][n]": ["1"]}, "The items of 'f[rows]' have members: write f[rows][0] for the first"),
        ({"f[range][]": ["1"]}, "f[range][] is an item of an array, and 'f[range]' is none."),
        ({"f" + "[below]" * 33: ["1"]}, "is nested more than 32 levels deep."),
    ],
)
def test_what_contradicts_itself_is_refused_in_a_sentence(
    tmp_path: Path, query: dict[str, list[str]], message: str
) -> None:
    with pytest.raises(Misread) as refused:
        read(tmp_path, query)
    assert message in str(refused.value)


def test_twice_as_many_deep_names_take_twice_the_work(tmp_path: Path) -> None:
    def work(count: int) -> int:
        query = {f"f[rows][{at}]{'[below]' * 29}[n]": ["1"] for at in range(count)}
        return calls(lambda: read(tmp_path, query))

    assert work(200) <= 2.2 * work(100)
