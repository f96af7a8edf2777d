"""A Swagger 2.0 document served and validated: `contract/swagger2/document.py` in its place.

Holds `contract/versions.py` too.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockade.validation.agreement import validate
from tests.harness import Mock

PETS = """\
swagger: "2.0"
info: {title: Pets, version: "1"}
host: pets.example.com
basePath: /v2
consumes: [application/json]
produces: [application/json]
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - {name: tags, in: query, type: array, items: {type: string, enum: [a, b]}, collectionFormat: FORMAT}
        - name: limit
          in: query
          type: integer
          maximum: 10
      responses:
        "200":
          description: Pets.
          schema: {type: array, items: {$ref: "#/definitions/Pet"}}
    post:
      operationId: addPet
      parameters:
        - name: pet
          in: body
          required: true
          schema: {$ref: "#/definitions/Pet"}
      responses:
        "201": {description: The pet., schema: {$ref: "#/definitions/Pet"}}
  /pets/{id}:
    parameters: [{$ref: "#/parameters/Id"}]
    get:
      operationId: getPet
      responses:
        "200": {description: A pet., schema: {$ref: "#/definitions/Pet"}}
        default: {$ref: "#/responses/Error"}
  /pets/{id}/photo:
    post:
      operationId: sendPhoto
      consumes: [multipart/form-data]
      parameters:
        - {$ref: "#/parameters/Id"}
        - name: caption
          in: formData
          type: string
          required: true
          maxLength: 5
        - {name: photo, in: formData, type: file, required: true}
      responses:
        "200":
          description: Sent.
          schema: {$ref: "parts/more.yaml#/definitions/Photo"}
          examples:
            application/json: {url: https://example.com/a.png}
parameters:
  Id: {name: id, in: path, required: true, type: integer}
responses:
  Error:
    description: Wrong.
    schema: {type: object, required: [message], properties: {message: {type: string}}}
definitions:
  Pet:
    type: object
    required: [name]
    properties:
      id: {type: integer}
      name:
        type: string
        minLength: 1
      nick: {type: string, x-nullable: true}
"""
MORE = "definitions:\n  Photo: {properties: {url: {type: string}, alt: {type: string, x-nullable: true}}}\n"

Served = Callable[..., Mock]


@pytest.fixture
def pets(home: Callable[..., Path], make_mock: Callable[..., Mock]) -> Served:
    """Serves the pets; `collection_format` is that of the `tags` of their list."""

    def serve(collection_format: str = "csv") -> Mock:
        text = PETS.replace("FORMAT", collection_format)
        return make_mock(home=home(specs={"shop.yaml": text, "parts/more.yaml": MORE}), rows=0)

    return serve


def line_of(words: str) -> int:
    return 1 + PETS.splitlines().index(next(line for line in PETS.splitlines() if words in line))


def test_its_operations_answer_below_their_base_path(pets: Served) -> None:
    mock = pets()
    assert mock.post("/v2/pets", json={"name": "Ida", "nick": None}).json() == {
        "id": 1,
        "name": "Ida",
        "nick": None,
    }
    assert mock.get("/v2/pets").json() == [{"id": 1, "name": "Ida", "nick": None}]
    assert mock.get("/v2/pets/1").status_code == 200
    assert mock.get("/v2/pets/7").json() == {"message": "There is no 7 in pets."}


def test_violations_name_the_lines_of_the_file_as_it_was_written(pets: Served) -> None:
    mock = pets()

    def places(answer: Any) -> dict[str, int]:
        assert answer.status_code == 400
        violations = answer.json()["violations"]
        return {one["pointer"]: int(one["contract"].split(":")[-2]) for one in violations}

    assert places(mock.get("/pets?tags=a,c&limit=40")) == {
        "/tags/1": line_of("name: tags"),
        "/limit": line_of("maximum: 10"),
    }
    assert places(mock.post("/pets", json={"name": "", "nick": 5})) == {
        "/name": line_of("minLength: 1"),
        "/nick": line_of("nick:"),
    }
    sent = mock.post("/pets/1/photo", data={"caption": "longer"}, files={"photo": b"x"})
    assert places(sent) == {"/caption": line_of("maxLength: 5")}
    assert places(mock.post("/pets")) == {"": line_of("name: pet")}


@pytest.mark.parametrize(
    ("collection_format", "query"),
    [
        ("csv", "tags=a,b"),
        ("ssv", "tags=a%20b"),
        ("tsv", "tags=a%09b"),
        ("pipes", "tags=a|b"),
        ("multi", "tags=a&tags=b"),
    ],
)
def test_lists_come_in_their_collection_format(pets: Served, collection_format: str, query: str) -> None:
    mock = pets(collection_format)
    assert mock.get(f"/pets?{query}").status_code == 200
    assert "/tags/1" in mock.get(f"/pets?{query.replace('b', 'c')}").text


def test_a_form_with_a_file_is_answered_by_the_example_of_another_files_schema(pets: Served) -> None:
    mock = pets()
    mock.post("/pets", json={"name": "Ida", "nick": None})
    sent = mock.post("/pets/1/photo", data={"caption": "a"}, files={"photo": b"x"})
    assert sent.json() == {"url": "https://example.com/a.png"}


def test_swagger_ui_is_given_it_in_openapis_words(pets: Served) -> None:
    document = pets().get("/_mockade/docs/shop/openapi.json").json()
    assert document["openapi"] == "3.0.3"
    assert document["servers"] == [{"url": "https://pets.example.com/v2"}]
    assert "Pet" in document["components"]["schemas"]


def findings(tmp_path: Path, text: str, **files: str) -> list[str]:
    (tmp_path / "shop.yaml").write_text(text)
    for name, more in files.items():
        (tmp_path / f"{name}.yaml").write_text(more)
    found = validate([tmp_path / "shop.yaml"]).findings
    return [str(one).removeprefix(str(tmp_path)) for one in found]


PLAIN = PETS.replace("FORMAT", "csv").replace("parts/more.yaml", "more.yaml")


def test_a_sound_one_agrees(tmp_path: Path) -> None:
    assert findings(tmp_path, PLAIN, more=MORE) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("type: integer\n          maximum", "type: int\n          maximum", "There is no type 'int'."),
        ("maximum: 10", "maximum: ten", "Expected number"),
        ("minLength: 1", "minLength: one", 'not of type "integer"'),
    ],
)
def test_validate_holds_it_against_its_own_standard(tmp_path: Path, old: str, new: str, words: str) -> None:
    found = findings(tmp_path, PLAIN.replace(old, new), more=MORE)
    line = line_of(old.split("\n")[0]) if "type" not in old else line_of("maximum: 10") - 1
    assert any(one.startswith(f"/shop.yaml:{line}:") and words in one for one in found)


def test_an_example_that_does_not_fit_is_told_at_its_line(tmp_path: Path) -> None:
    text = PLAIN.replace("{url: https://example.com/a.png}", "{url: 7}")
    (found,) = findings(tmp_path, text, more=MORE)
    assert found.startswith(f"/shop.yaml:{line_of('a.png')}:")
    assert "/more.yaml:2:" in found


def test_a_reference_to_nothing_is_told_in_the_words_of_the_file(tmp_path: Path) -> None:
    text = PLAIN.replace('items: {$ref: "#/definitions/Pet"', 'items: {$ref: "#/definitions/Pat"')
    (found,) = findings(tmp_path, text, more=MORE)
    assert found.startswith(f"/shop.yaml:{line_of('schema: {type: array, items')}:")
    assert "$ref '#/definitions/Pat' leads nowhere" in found


def test_an_openapi_document_may_refer_to_its_definitions(tmp_path: Path) -> None:
    new = """\
openapi: 3.0.3
info: {title: New, version: "1"}
paths:
  /pets:
    get:
      operationId: list
      responses:
        "200":
          description: Pets.
          content:
            application/json:
              schema: {$ref: "old.yaml#/definitions/Pet"}
              example: {name: "", nick: null}
"""
    found = findings(tmp_path, new, old=PLAIN, more=MORE)
    assert len(found) == 1
    assert f"/old.yaml:{line_of('minLength: 1')}:" in found[0]


@pytest.mark.parametrize(
    ("ref", "part"),
    [
        ("part.yaml", "{type: object, required: [n], properties: {n: {type: string, x-nullable: true}}}"),
        ("part.yaml#/One", "One: {required: [n], properties: {n: {type: string, x-nullable: true}}}"),
        ("part.yaml#/a/One", "a: {One: {required: [n], properties: {n: {type: string, x-nullable: true}}}}"),
    ],
)
def test_files_of_parts_are_read_as_it_means_them(
    home: Callable[..., Path], make_mock: Callable[..., Mock], ref: str, part: str
) -> None:
    text = PLAIN.replace(
        'schema: {$ref: "#/definitions/Pet"}\n      responses', f'schema: {{$ref: "{ref}"}}\n      responses'
    )
    mock = make_mock(
        home=home(
            specs={
                "shop.yaml": text.replace("more.yaml", "parts/more.yaml").replace(
                    "part.yaml", "parts/part.yaml"
                ),
                "parts/more.yaml": MORE,
                "parts/part.yaml": part,
            }
        )
    )
    assert mock.post("/pets", json={"n": 1}).status_code == 400
    assert mock.post("/pets", json={"n": None}).status_code != 400


def test_a_path_item_of_another_file_has_parameters_of_its_own(
    home: Callable[..., Path], make_mock: Callable[..., Mock]
) -> None:
    item = """\
get:
  operationId: one
  parameters: [{name: n, in: query, required: true, type: integer}]
  responses: {"204": {description: Nothing.}}
"""
    text = 'swagger: "2.0"\ninfo: {title: T, version: "1"}\npaths: {/a: {$ref: parts/a.yaml}}\n'
    mock = make_mock(home=home(specs={"shop.yaml": text, "parts/a.yaml": item}))
    assert mock.get("/a?n=1").status_code == 204
    assert "parts/a.yaml:3:" in mock.get("/a?n=x").text
