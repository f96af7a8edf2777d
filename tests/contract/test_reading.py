"""Text to data: what a user wrote is what is read, and what cannot be read says where.

Holds `contract/lines.py`, `contract/yaml_reader.py` and `contract/yaml_scalars.py` too.

Here `contract/json_text.py` is held as well.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockade.contract.lines import Lines
from mockade.contract.reading import DEEPEST, Tolerated, nests_deeply, parse, read
from mockade.errors import SetupError


def from_yaml(text: str, tolerated: Tolerated | None = None) -> Any:
    return parse(Path("x.yaml"), text, "x.yaml", tolerated)


def from_json(text: str, tolerated: Tolerated | None = None) -> Any:
    return parse(Path("x.json"), text, "x.json", tolerated)


def fault(reading: Callable[[], Any]) -> str:
    """The one fault that `reading` has, as users see it."""
    with pytest.raises(SetupError) as raised:
        reading()
    (finding,) = raised.value.findings
    return str(finding)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-01-05", "2026-01-05"),
        ("2026-01-05T12:00:00Z", "2026-01-05T12:00:00Z"),
        ("on", "on"),
        ("no", "no"),
        ("Yes", "Yes"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        (".inf", ".inf"),
        ("1.2.3", "1.2.3"),
        ("=", "="),
        ("<<", "<<"),
        ("'5'", "5"),
        ("0123", 123),
        ("0o17", 15),
        ("0x1F", 31),
        ("-7", -7),
        ("+7", 7),
        ("1.50", 1.5),
        ("-.5", -0.5),
        ("1e3", 1000.0),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("null", None),
        ("", None),
    ],
)
def test_a_plain_scalar_means_what_yaml_1_2_says(written: str, meant: Any) -> None:
    value = from_yaml(f"key: {written}")["key"]
    assert value == meant
    assert type(value) is type(meant)


def test_a_number_means_the_same_in_yaml_and_in_json() -> None:
    for digits in ("18446744073709551615", "18446744073709551616", "-9223372036854775808", "1" * 300):
        from_both = from_yaml(f"key: {digits}")["key"], from_json(f'{{"key": {digits}}}')["key"]
        assert from_both[0] == from_both[1]
        assert type(from_both[0]) is type(from_both[1])


@pytest.mark.parametrize("written", ["1e400", "-1e400", "9" * 400, "9" * 5000, "0x" + "f" * 400])
def test_a_number_that_json_cannot_hold_is_a_fault(written: str) -> None:
    assert fault(lambda: from_yaml(f"a: 1\nb: {written}")).startswith("x.yaml:2:4: ")


@pytest.mark.parametrize("key", ["200", "true", "True", "1e3", "0123", "1.10", "~", "2026-01-05", "on"])
def test_a_key_is_the_text_that_was_written(key: str) -> None:
    assert from_yaml(f"{key}: x") == {key: "x"}
    assert Lines(f"a: 1\n{key}: x", "x.yaml").place([key]).line == 2


@pytest.mark.parametrize(
    "value", ["!!timestamp 2026-01-05", "!!binary aGk=", "!!set {a}", "!!python/name:os.system x", "!mine 5"]
)
def test_a_tag_makes_nothing_that_json_has_not(value: str) -> None:
    assert fault(lambda: from_yaml(f"key: {value}")).startswith("x.yaml:1:6: ")


@pytest.mark.parametrize("value", ["!!int twelve", "!!float much", "!!bool maybe"])
def test_a_tag_that_its_value_does_not_keep_is_a_fault(value: str) -> None:
    assert fault(lambda: from_yaml(f"key: {value}")).startswith("x.yaml:1:6: ")


def test_a_key_that_stands_twice_is_a_fault_at_its_second_place() -> None:
    assert fault(lambda: from_yaml("a:\n  b: 1\n  c: 2\n  b: 3\n")).startswith("x.yaml:4:3: ")
    assert "'b' stands here twice" in fault(lambda: from_yaml("a: {b: 1, b: 2}"))
    assert fault(lambda: from_yaml('200: a\n"200": b\n')).startswith("x.yaml:2:1: ")


def test_a_key_that_stands_twice_in_json_is_a_fault_at_its_second_place() -> None:
    text = '{\n\t"a": {"b": [{"k": 1}], "c": "\\"b\\":"},\n\t"b": 2,\n\t"a": 3\n}'
    assert fault(lambda: from_json(text)) == "x.json:4:2: The key 'a' stands here twice."


@pytest.mark.parametrize(
    ("read", "text", "again"),
    [
        (from_yaml, "a: 1\nb: {c: 1, c: 2}\n'a': 3\n", [(2, 11), (3, 1)]),
        (from_json, '{"a": 1,\n"b": {"c": 1, "c": 2},\n"a": 3}', [(2, 15), (3, 1)]),
    ],
)
def test_of_a_key_that_stands_twice_the_last_counts_where_that_is_tolerated(
    read: Any, text: str, again: Any
) -> None:
    tolerated = Tolerated()
    data = read(text, tolerated)
    assert (data["a"], data["b"]) == (3, {"c": 2})
    assert sorted((place.line, place.column) for place, _ in tolerated.twice) == again
    name = "x.json" if read is from_json else "x.yaml"
    assert Lines(text, name).place(["a"]).line == again[-1][0]


@pytest.mark.parametrize("written", ["1e400", "-1e400", "9" * 400, "9" * 5000])
def test_a_large_number_of_json_is_left_out_where_that_is_tolerated(written: str) -> None:
    tolerated = Tolerated()
    text = f'{{"a": [1, {written}, "{written}"], "b": {{"c": {written}, "d": 1{"0" * 30}}}, "b": 5}}'
    assert from_json(text, tolerated) == {"a": [1, written], "b": 5}
    assert [list(one) for one in tolerated.infinite] == [["a", 1]]
    assert [key for _, key in tolerated.twice] == ["b"]
    assert "stands" in fault(lambda: from_json('{"a": 1, "a": 2}'))
    assert "not JSON" in fault(lambda: from_json(f"[{written}, -x]", Tolerated()))


@pytest.mark.parametrize("text", ['{"a": "\\u0022", "a": ""}', '{"a": 1, "\\u0061": 2}', '{"": 1, "": 2}'])
def test_no_way_of_writing_hides_a_key_that_stands_twice(text: str) -> None:
    assert "stands here twice" in fault(lambda: from_json(text))


@pytest.mark.parametrize("value", ['"', "\\", '\\"', 'a": 1, "a": "', "\n" + "  " * DEEPEST, "\x7f"])
def test_no_text_is_taken_for_a_key_or_for_a_level(value: str) -> None:
    assert from_json(json.dumps({"a": value, value: 1})) == {"a": value, value: 1}


def test_a_quote_may_be_written_by_its_number() -> None:
    assert from_json('{"\\u0022": "\\u0022"}') == {'"': '"'}


def test_equal_keys_of_different_objects_are_no_fault() -> None:
    assert from_json('[{"a": 1}, {"a": {"a": 2}}]') == [{"a": 1}, {"a": {"a": 2}}]


@pytest.mark.parametrize("text", ["? [a, b]\n: c\n", "? {a: b}\n: c\n"])
def test_a_key_that_is_no_text_is_a_fault(text: str) -> None:
    assert fault(lambda: from_yaml(text)).startswith("x.yaml:1:3: ")


def test_an_alias_repeats_and_a_merge_gives_way() -> None:
    text = "base: &base {a: 1, b: 2}\nsame: *base\nmore:\n  <<: *base\n  b: 3\n"
    assert from_yaml(text) == {"base": {"a": 1, "b": 2}, "same": {"a": 1, "b": 2}, "more": {"a": 1, "b": 3}}


def test_a_merge_of_what_has_merged_itself_has_no_double_keys() -> None:
    text = "b: &b {x: 1}\ndeep: {deeper: {a: &a {<<: *b, x: 2}}}\nc: {<<: *a}\n"
    assert from_yaml(text)["c"] == {"x": 2}


def test_a_merge_may_be_called_one() -> None:
    assert from_yaml("!!merge <<: {a: 1}\nb: 2") == {"a": 1, "b": 2}


def test_of_several_merges_the_first_counts() -> None:
    assert from_yaml("<<: [{a: 1}, {a: 2, b: 2}]\nc: 3") == {"a": 1, "b": 2, "c": 3}


@pytest.mark.parametrize("merged", ["1", "[{a: 1}, 1]", "[[]]"])
def test_what_is_no_object_cannot_be_merged(merged: str) -> None:
    assert "can be merged" in fault(lambda: from_yaml(f"<<: {merged}"))


@pytest.mark.parametrize("value", ["!!map [a]", "!!seq {a: 1}", "!!str [a]", "!!map a", "!!seq a"])
def test_a_tag_of_another_kind_of_value_is_a_fault(value: str) -> None:
    assert fault(lambda: from_yaml(f"key: {value}")).startswith("x.yaml:1:6: ")


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a {b: *a}", "a: &a {<<: *a}", "a: &a [[{b: [*a]}]]"])
def test_an_alias_that_contains_itself_is_a_fault(text: str) -> None:
    assert "contains itself" in fault(lambda: from_yaml(text))


def levels_of_aliases(wrap: str) -> str:
    """Thirty levels, each of which is the level before it nine times over."""
    lines = ["l0: &l0 {x: 1}"]
    for level in range(1, 30):
        lines.append(f"l{level}: &l{level} {wrap.format(', '.join([f'*l{level - 1}'] * 9))}")
    return "\n".join(lines)


def test_aliases_that_explode_are_a_fault_before_they_do() -> None:
    assert "stand for more than 2,000,000 values" in fault(lambda: from_yaml(levels_of_aliases("[{}]")))


def test_merging_the_same_again_and_again_adds_nothing() -> None:
    assert from_yaml(levels_of_aliases("{{<<: [{}]}}"))["l29"] == {"x": 1}


def test_what_an_alias_repeats_is_a_copy() -> None:
    data = from_yaml("a: &a {b: [1]}\nc: *a\n")
    data["a"]["b"].append(2)
    assert data["c"] == {"b": [1]}


def test_an_alias_may_be_a_key_where_it_is_text() -> None:
    assert from_yaml("a: &a 010\n? *a\n: x\n&b c: *b\n") == {"a": 10, "010": "x", "c": "c"}
    assert fault(lambda: from_yaml("a: &a [1]\n? *a\n: x\n")).startswith("x.yaml:2:3: ")
    assert fault(lambda: from_yaml("a: &a b\nb: 1\n? *a\n: x\n")).startswith("x.yaml:3:3: ")


def test_an_anchor_that_stands_twice_is_a_fault_at_its_second_place() -> None:
    assert fault(lambda: from_yaml("a: &a 1\nb: &a 2\n")).startswith("x.yaml:2:4: ")
    assert fault(lambda: from_yaml("a: &a 1\nb: &a [2]\n")).startswith("x.yaml:2:4: ")


def test_aliases_in_aliases_nest_no_deeper_than_the_rest() -> None:
    half = DEEPEST // 2
    opened, closed = "[" * half, "]" * half
    text = f"a: &a {opened}{closed}\nb: {opened}*a{closed}\n"
    assert "levels deep" in fault(lambda: from_yaml(text))
    assert from_yaml(text.replace(f"b: {opened}*a{closed}", f"b: {opened[1:]}*a{closed[1:]}"))


def test_many_aliases_of_something_small_are_fine() -> None:
    text = "a: &a {x: 1}\nb: [" + ", ".join(["*a"] * 1000) + "]"
    assert len(from_yaml(text)["b"]) == 1000


def nested_yaml(levels: int) -> str:
    return "[" * levels + "]" * levels


@pytest.mark.parametrize("levels", [DEEPEST + 1, 255, 5_000, 300_000])
def test_what_nests_too_deeply_is_a_fault_and_no_crash(levels: int) -> None:
    assert f"more than {DEEPEST} levels deep" in fault(lambda: from_yaml(nested_yaml(levels)))
    assert f"more than {DEEPEST} levels deep" in fault(lambda: from_yaml("- " * levels + "a"))
    merges = "{<<: " * levels + "{}" + "}" * levels
    assert f"more than {DEEPEST} levels deep" in fault(lambda: from_yaml(merges))
    assert f"more than {DEEPEST} levels deep" in fault(lambda: from_json(nested_yaml(levels)))


def test_what_nests_as_deeply_as_allowed_is_read() -> None:
    assert from_json(nested_yaml(DEEPEST)) == from_yaml(nested_yaml(DEEPEST))
    assert from_json("[" * DEEPEST + "1" + "]" * DEEPEST) == from_yaml("[" * DEEPEST + "1" + "]" * DEEPEST)


def test_brackets_in_strings_nest_nothing() -> None:
    assert not nests_deeply(json.dumps(["[" * 500, '"{' * 500, "\\"]).encode())
    assert nests_deeply(b'["\\"",' + b"[" * DEEPEST)


def test_brackets_that_close_before_others_open_nest_nothing() -> None:
    assert not nests_deeply(json.dumps([{}, []] * 500).encode())


def test_an_empty_file_is_nothing_in_yaml_and_a_fault_in_json() -> None:
    assert from_yaml("") is None
    assert from_yaml("# only a remark\n") is None
    assert fault(lambda: from_json("")).startswith("x.json:1:1: This is not JSON")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: 1\nb: [1, 2\n", "x.yaml:3:1"),
        ("a:\n\tb: 1\n", "x.yaml:2:1"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2:1"),
        ("a: 1\nb: \x07\n", "x.yaml:2:4"),
        ("a: *nowhere\n", "x.yaml:1:4"),
    ],
)
def test_what_is_no_yaml_says_where(text: str, place: str) -> None:
    assert fault(lambda: from_yaml(text)).startswith(f"{place}: This is not YAML: ")


@pytest.mark.parametrize(
    ("text", "is_hinted"),
    [
        ("a:\n\tb: 1\n", True),
        ("\ufeffa:\n  - b: 1\n\t  c: 2\n", True),
        ("a:\n  b:\n  \tc: 1\n", True),
        ("a: [\n\tb: }\n", False),
        ("a:\tb: c\n", False),
    ],
)
def test_a_tab_that_indents_is_named(text: str, is_hinted: bool) -> None:
    assert fault(lambda: from_yaml(text)).endswith("Indent with spaces, not with tabs.") is is_hinted


@pytest.mark.parametrize(
    ("text", "place"),
    [('{\n\t"a" 1}', "x.json:2:6"), ('{"a": NaN}', "x.json:1:7"), ("{'a': 1}", "x.json:1:2")],
)
def test_what_is_no_json_says_where(text: str, place: str) -> None:
    assert fault(lambda: from_json(text)).startswith(f"{place}: This is not JSON: ")


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    for name, text in (("x.yaml", "a: 1"), ("x.json", '{"a": 1}')):
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
        assert read(tmp_path / name, name) == ({"a": 1}, text)


def test_a_file_that_is_not_utf_8_says_so(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes("name: café".encode("latin-1"))
    assert fault(lambda: read(tmp_path / "x.yaml", "x.yaml")) == "x.yaml: This file is not UTF-8 text."


def test_a_file_that_is_missing_or_a_folder_says_so(tmp_path: Path) -> None:
    assert "Cannot read this file" in fault(lambda: read(tmp_path / "x.yaml", "x.yaml"))
    assert "Cannot read this file" in fault(lambda: read(tmp_path, "x.yaml"))


YAML = """\
info:
  title: T
paths:
  /a: {get: {tags: [x, y]}}
  "/b":
    parameters:
      - name: p
      - name: q
"""


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ((), (1, 1)),
        (("info",), (1, 1)),
        (("info", "title"), (2, 3)),
        (("paths", "/a", "get", "tags", 1), (4, 24)),
        (("paths", "/b"), (5, 3)),
        (("paths", "/b", "parameters", 1), (8, 9)),
        (("paths", "/b", "parameters", 1, "name"), (8, 9)),
        (("paths", "/b", "parameters", 7, "name"), (6, 5)),
        (("paths", "/c", "get"), (3, 1)),
    ],
)
def test_a_key_has_its_place_and_what_is_missing_its_container_s(
    pointer: tuple[str | int, ...], place: tuple[int, int]
) -> None:
    found = Lines(YAML, "x.yaml").place(pointer)
    assert (found.line, found.column) == place


def test_json_that_yaml_cannot_read_has_places_too() -> None:
    text = (
        '{\n\t"face": "\\ud83d\\ude00",\n\t"' + "long" * 500 + '": [1, {"x": "]"}],\n'
        '\t"a\\/b": {\n\t\t"c": [[], {}, {"d": "\x7f"}]\n\t}\n}'
    )
    lines = Lines(text, "x.json")
    assert from_json(text)["a/b"]["c"][2] == {"d": "\x7f"}
    assert str(lines.place(["face"])) == "x.json:2:2"
    assert str(lines.place(["a/b"])) == "x.json:4:2"
    assert str(lines.place(["a/b", "c", 2])) == "x.json:5:17"
    assert str(lines.place(["a/b", "c", 2, "d"])) == "x.json:5:18"
    assert str(lines.place(["a/b", "c", 9])) == "x.json:5:3"
    assert str(lines.place(["long" * 500, 1, "x"])) == f"x.json:3:{2 + 2000 + 2 + 7}"
