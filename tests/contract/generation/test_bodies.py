"""Bodies of media types other than JSON.

Holds `contract/body_writer.py`, `contract/xml_encoder.py`, `contract/generation/binary_samples.py` and
`contract/generation/no_value.py` too.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import struct
import wave
import zipfile
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree

import orjson
import pytest
import yaml

from mockade.contract.body_writer import encoded
from mockade.contract.generation.bodies import generate_body
from mockade.contract.generation.generator import Generator
from mockade.contract.generation.no_value import NoValueFound
from tests.contract.documents import contract_of, schema_node

NOW = "2026-01-05T12:00:00Z"
S = {"type": "string"}
I = {"type": "integer"}  # noqa: E741  # beside S it says what it is
ROW = {"type": "object", "properties": {"id": I, "first_name": S, "tags": {"type": "array", "items": S}}}


def body(folder: Path, media_type: str, schema: Any = ROW, *, seed: int = 1, **others: Any) -> bytes:
    contract = contract_of(folder, {"S": schema, **others})
    return generate_body(
        Generator(contract.schemas), media_type, schema_node(contract), seed=seed, key="k", now=NOW
    )


def bare(folder: Path, media_type: str) -> bytes:
    """A body of a media type without a schema."""
    generator = Generator(contract_of(folder).schemas)
    return generate_body(generator, media_type, None, seed=1, key="k", now=NOW)


def xml(folder: Path, schema: Any, value: Any, **others: Any) -> str:
    contract = contract_of(folder, {"S": schema, **others})
    text = encoded("application/xml", schema_node(contract), value).decode()
    ElementTree.fromstring(text)
    return text.partition("\n")[2]


def test_an_event_stream_holds_data_lines_and_ends_with_a_blank_one(tmp_path: Path) -> None:
    node = schema_node(contract_of(tmp_path, {"S": S}))
    sent = [
        ("one\r\ntwo\nthree", b"data: one\ndata: two\ndata: three\n\n"),
        (["a", {"b": 1}], b'data: a\n\ndata: {"b":1}\n\n'),
        ("event: x\ndata: 1", b"event: x\ndata: 1\n\n"),
        (": a comment\n\ndata: 1\n\n", b": a comment\n\ndata: 1\n\n"),
    ]
    assert [encoded("text/event-stream", node, value) for value, _ in sent] == [body for _, body in sent]
    for made in (bare(tmp_path, "text/event-stream"), body(tmp_path, "text/event-stream; charset=utf-8", S)):
        assert made.startswith(b"data: ")
        assert made.endswith(b"\n\n")


def test_json_and_its_relatives_hold_the_value(tmp_path: Path) -> None:
    value = json.loads(body(tmp_path, "application/json"))
    assert set(value) == {"id", "first_name", "tags"}
    assert orjson.loads(body(tmp_path, "application/problem+json; charset=utf-8")) == value
    assert yaml.safe_load(body(tmp_path, "application/yaml")) == value
    rows = body(tmp_path, "application/x-ndjson", {"type": "array", "items": ROW, "minItems": 3}).splitlines()
    assert len([json.loads(row) for row in rows]) == 3
    assert body(tmp_path, "text/event-stream").startswith(b'data: {"id":')


def test_text_is_the_text_that_the_schema_asks(tmp_path: Path) -> None:
    assert body(tmp_path, "text/plain", {"type": "string", "pattern": "^[a-f]{4}$"}).decode().isalpha()
    assert body(tmp_path, "text/plain", I).isdigit()
    assert bare(tmp_path, "text/plain").endswith(b".")
    assert json.loads(bare(tmp_path, "application/jsonl")) == {}


def test_html_is_a_page(tmp_path: Path) -> None:
    assert body(tmp_path, "text/html", {**S, "example": "a < b"}).startswith(b"<!DOCTYPE html>")
    assert b"a &lt; b" in body(tmp_path, "text/html", {**S, "example": "a < b"})
    assert body(tmp_path, "text/html", {**S, "example": "<p>mine</p>"}) == b"<p>mine</p>"
    assert bare(tmp_path, "text/html").endswith(b"</html>\n")


@pytest.mark.parametrize("media_type", ["text/html", "text/plain", "application/xml", "text/csv"])
@pytest.mark.parametrize("form", [{**S, "example": "fine"}, {"type": "object", "properties": {"a": S}}])
def test_what_is_no_json_may_be_of_several_forms(tmp_path: Path, media_type: str, form: Any) -> None:
    forms = {"oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]}
    assert body(tmp_path, media_type, forms, A=form, B=form)
    with pytest.raises(NoValueFound):
        body(tmp_path, "application/json", forms, A=form, B=form)


def test_csv_has_a_line_of_names_and_a_row_for_each(tmp_path: Path) -> None:
    text = body(tmp_path, "text/csv", {"type": "array", "items": ROW, "minItems": 3}).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 3
    assert rows[0]["id"].isdigit()
    assert rows[0]["tags"].startswith("[")
    assert "\t" in body(tmp_path, "text/tab-separated-values", ROW).decode()
    assert body(tmp_path, "text/csv", {**S, "example": "a,b"}) == b"a,b\r\n"
    assert bare(tmp_path, "text/csv").startswith(b"id,name\r\n")


def test_a_form_holds_the_members(tmp_path: Path) -> None:
    members = parse_qs(body(tmp_path, "application/x-www-form-urlencoded").decode())
    assert members["id"][0].isdigit()
    assert len(members["tags"]) >= 2


@pytest.mark.parametrize("media_type", ["application/xml", "text/xml; charset=utf-8", "application/atom+xml"])
def test_xml_is_well_formed(tmp_path: Path, media_type: str) -> None:
    root = ElementTree.fromstring(body(tmp_path, media_type))
    assert root.tag == "S"
    assert [child.tag for child in root][:2] == ["id", "first_name"]
    assert ElementTree.fromstring(bare(tmp_path, media_type)).tag == "root"


def test_xml_names_attributes_and_wrapped_arrays(tmp_path: Path) -> None:
    tag = {"type": "string", "xml": {"name": "tag"}}
    schema = {
        "type": "object",
        "xml": {"name": "pet"},
        "properties": {
            "id": {**I, "xml": {"attribute": True}},
            "title": {**S, "xml": {"name": "called"}},
            "plain": {"type": "array", "items": S},
            "named": {"type": "array", "items": tag},
            "tags": {"type": "array", "items": tag, "xml": {"wrapped": True, "name": "labels"}},
            "gone": {**S, "nullable": True},
            "on": {"type": "boolean"},
        },
    }
    value = {
        "id": 7,
        "title": "a<b",
        "plain": ["x", "y"],
        "named": ["z"],
        "tags": ["u", "v"],
        "gone": None,
        "on": True,
    }
    assert xml(tmp_path, schema, value) == (
        '<pet id="7"><called>a&lt;b</called><plain>x</plain><plain>y</plain><tag>z</tag>'
        "<labels><tag>u</tag><tag>v</tag></labels><gone /><on>true</on></pet>"
    )


def test_xml_says_what_a_prefix_stands_for(tmp_path: Path) -> None:
    space = {"prefix": "p", "namespace": "http://example.com/p"}
    schema = {
        "type": "object",
        "xml": {"namespace": "http://example.com/root"},
        "properties": {
            "a": {**S, "xml": space},
            "b": {**S, "xml": {**space, "attribute": True}},
            "c": {**S, "xml": {"prefix": "q"}},
        },
    }
    assert xml(tmp_path, schema, {"a": "1", "b": "2", "c": "3"}) == (
        '<S xmlns="http://example.com/root" xmlns:p="http://example.com/p" p:b="2">'
        '<p:a xmlns:p="http://example.com/p">1</p:a><c>3</c></S>'
    )


def test_xml_reads_the_parts_of_a_schema_and_mends_names(tmp_path: Path) -> None:
    schema = {"allOf": [{"$ref": "#/components/schemas/T"}, {"properties": {"a b": S}}]}
    other = {"type": "object", "properties": {"id": {**I, "xml": {"attribute": True}}}}
    assert (
        xml(tmp_path, schema, {"id": 1, "a b": "c\x01", "7": {}}, T=other)
        == '<S id="1"><a_b>c</a_b><_7 /></S>'
    )
    assert xml(tmp_path, {"type": "array", "items": S}, ["x"]) == "<S><item>x</item></S>"


def test_a_png_is_one_with_its_checksums(tmp_path: Path) -> None:
    data = body(tmp_path, "image/png")
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, kinds = 8, []
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        assert (
            zlib.crc32(data[at + 4 : at + 8 + size])
            == struct.unpack(">I", data[at + 8 + size : at + 12 + size])[0]
        )
        if kind == b"IDAT":
            assert len(zlib.decompress(data[at + 8 : at + 8 + size])) == 4
        kinds.append(kind)
        at += 12 + size
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]


@pytest.mark.parametrize(
    ("media_type", "begin", "end"),
    [
        ("image/*", b"\x89PNG", b""),
        ("image/gif", b"GIF89a", b";"),
        ("image/jpeg", b"\xff\xd8\xff", b"\xff\xd9"),
        ("image/webp", b"RIFF", b""),
        ("image/bmp", b"BM", b""),
        ("image/x-icon", b"\0\0\1\0", b""),
        ("image/svg+xml", b"<svg ", b"</svg>"),
        ("application/pdf", b"%PDF-1.4", b"%%EOF\n"),
        ("audio/mpeg", b"RIFF", b""),
    ],
)
def test_a_file_is_of_its_kind(tmp_path: Path, media_type: str, begin: bytes, end: bytes) -> None:
    data = bare(tmp_path, media_type)
    assert data.startswith(begin)
    assert data.endswith(end)
    assert data == body(tmp_path, media_type, {"type": "string", "format": "binary"})


def test_a_pdf_points_to_its_objects(tmp_path: Path) -> None:
    data = bare(tmp_path, "application/pdf")
    start = int(data.rpartition(b"startxref\n")[2].split()[0])
    assert data[start:].startswith(b"xref\n0 6\n")
    for number, line in enumerate(data[start:].splitlines()[3:8], 1):
        assert data[int(line.split()[0]) :].startswith(b"%d 0 obj" % number)


def test_archives_and_sounds_can_be_opened(tmp_path: Path) -> None:
    assert zipfile.ZipFile(io.BytesIO(bare(tmp_path, "application/zip"))).testzip() is None
    assert gzip.decompress(bare(tmp_path, "application/gzip")).endswith(b".\n")
    with wave.open(io.BytesIO(bare(tmp_path, "audio/wav"))) as file:
        assert file.getnframes() == 800


def test_bytes_are_some_bytes(tmp_path: Path) -> None:
    assert body(tmp_path, "application/octet-stream", {"type": "string", "format": "binary"})
    assert bare(tmp_path, "application/octet-stream")
    assert bare(tmp_path, "application/vnd.unheard-of")


def test_a_body_repeats_by_its_seed(tmp_path: Path) -> None:
    for media_type in ("text/csv", "application/xml", "image/png", "application/zip"):
        assert body(tmp_path, media_type) == body(tmp_path, media_type)
    assert body(tmp_path, "image/png", seed=1) != body(tmp_path, "image/png", seed=2)


def test_what_cannot_be_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoValueFound):
        body(tmp_path, "text/csv", {"type": "integer", "minimum": 2, "maximum": 1})
