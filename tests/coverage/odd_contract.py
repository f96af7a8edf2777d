"""A contract that has a bit of everything that can be counted, and requests that try some of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

CONTRACT = """
openapi: 3.0.3
info: {title: Odd, version: "1"}
security: [{bearer: []}]
paths:
  /animals:
    get:
      operationId: listAnimals
      security: [{bearer: []}, {basic: []}, {key: [], tenant: []}, {}]
      parameters:
        - {name: kind, in: query, schema: {type: string, enum: [cat, dog, "5"], nullable: true}}
        - {name: tags, in: query, schema: {type: array, items: {type: string, enum: [a, b, c]}}}
        - name: filter
          in: query
          style: deepObject
          explode: true
          schema:
            type: object
            properties: {age: {type: integer, enum: [1, 2]}, name: {type: string}, owner: {type: string}}
        - {name: X-Mode, in: header, schema: {type: string, enum: [fast, slow]}}
        - {name: X-Trace, in: header, schema: {type: array, items: {type: string, enum: [up, down]}}}
        - {name: theme, in: cookie, schema: {type: string, enum: [dark, light]}}
        - {name: session, in: cookie, schema: {type: string}}
      responses:
        "200":
          description: ""
          content:
            application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Animal"}}}
        4XX: {$ref: "#/components/responses/Failed"}
        default: {$ref: "#/components/responses/Failed"}
    post:
      operationId: addAnimals
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: array, items: {$ref: "#/components/schemas/Animal"}}
      responses:
        "201": {description: "", content: {application/json: {schema: {$ref: "#/components/schemas/Echo"}}}}
        default: {$ref: "#/components/responses/Failed"}
        "500": {$ref: "#/components/responses/Failed"}
  /animals/{size}/{name}:
    parameters:
      - {name: size, in: path, required: true, schema: {type: string, enum: [small, large]}}
      - {name: name, in: path, required: true, schema: {type: string}}
    put:
      operationId: describeAnimal
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              properties:
                colour: {type: string, enum: [red, black]}
                legs: {type: integer, enum: [2, 4]}
                friends: {type: array, items: {type: string}}
          multipart/form-data:
            schema:
              type: object
              properties:
                picture: {type: string, format: binary}
                caption: {type: string}
                rating: {type: integer, enum: [1, 5]}
          text/plain: {schema: {type: string, enum: [hello, goodbye]}}
      responses:
        "200": {description: "", content: {application/json: {schema: {$ref: "#/components/schemas/Echo"}}}}
        "400": {$ref: "#/components/responses/Failed"}
  /shapes:
    post:
      operationId: draw
      requestBody:
        content:
          application/json: {schema: {$ref: "#/components/schemas/Shape"}}
      responses:
        "200": {description: "", content: {application/json: {schema: {$ref: "#/components/schemas/Echo"}}}}
  /unused:
    get: {operationId: unused, deprecated: true, responses: {"204": {description: ""}}}
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer}
    basic: {type: http, scheme: basic}
    key: {type: apiKey, in: query, name: api_key}
    tenant: {type: apiKey, in: cookie, name: tenant}
  responses:
    Failed:
      description: ""
      content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}
  schemas:
    Error: {type: object, properties: {message: {type: string}, code: {type: string}}}
    Echo:
      type: object
      properties: {ok: {type: boolean, enum: [true, false]}, secret: {type: string, writeOnly: true}}
    Animal:
      oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Dog"}]
      discriminator: {propertyName: kind, mapping: {puss: "#/components/schemas/Cat"}}
    Pet:
      type: object
      required: [kind]
      properties:
        kind: {type: string}
        id: {type: string, readOnly: true}
        mood: {type: string, nullable: true, enum: [happy, sad, null]}
        labels: {type: object, additionalProperties: {type: string, enum: [x, y]}}
        children: {type: array, items: {$ref: "#/components/schemas/Animal"}}
    Cat:
      allOf:
        - {$ref: "#/components/schemas/Pet"}
        - {type: object, properties: {lives: {type: integer}, mood: {type: string, nullable: true}}}
    Dog:
      allOf:
        - {$ref: "#/components/schemas/Pet"}
        - type: object
          properties:
            owner: {anyOf: [{type: string}, {type: integer}, {$ref: "#/components/schemas/Owner"}]}
    Owner:
      type: object
      required: [name]
      properties: {name: {type: string}, dogs: {type: array, items: {$ref: "#/components/schemas/Dog"}}}
    Shape:
      type: object
      required: [form]
      discriminator: {propertyName: form}
      properties: {form: {type: string}, colour: {$ref: "#/components/schemas/Colour"}}
    Circle:
      allOf: [{$ref: "#/components/schemas/Shape"}, {type: object, properties: {radius: {type: number}}}]
    Group:
      allOf:
        - {$ref: "#/components/schemas/Shape"}
        - {type: object, properties: {members: {type: array, items: {$ref: "#/components/schemas/Shape"}}}}
    Colour:
      oneOf:
        - {type: string, enum: [red, green]}
        - {title: RGB, type: object, required: [r], properties: {r: {type: integer}, g: {type: integer}}}
        - {type: object, required: [hue], additionalProperties: {type: number}}
"""

HANDLERS = """
from mockade.handling import Call, Reply


def list_animals(call: Call, kind=None):
    if kind == "dog":
        owner = {"name": "Ann", "dogs": [{"kind": "Dog", "mood": "sad"}]}
        return [{"kind": "Dog", "id": "1", "owner": owner}]
    return [{"kind": "puss", "lives": 9, "labels": {"l": "x"}, "children": [{"kind": "Cat", "mood": None}]}]


def add_animals(call: Call, body):
    return {"ok": True}


def describe_animal(call: Call, size, name, body=None):
    return {"ok": size == "small"}


def draw(call: Call, body=None):
    return {"ok": True}
"""

BEARER = {"authorization": "Bearer t"}


def requests() -> Iterator[dict[str, Any]]:
    """Method and path, and what a client's request takes besides."""
    animals = {"method": "GET", "path": "/animals"}
    yield {**animals, "headers": BEARER}
    yield {**animals, "path": "/animals?kind=dog", "headers": {"authorization": "Basic YTpi"}}
    yield {**animals, "path": "/animals?api_key=k", "headers": {"cookie": "tenant=t; theme=dark"}}
    yield {**animals, "path": "/animals?tags=a&tags=b&filter[age]=2", "headers": {"x-mode": "fast"}}
    yield {**animals, "path": "/animals?tags=z&filter[age]=7&filter[name]=n", "headers": {"x-trace": "up"}}
    yield {**animals, "path": "/animals?kind=bird", "headers": {"x-mode": "slow", "cookie": "session=1"}}
    post = {"method": "POST", "path": "/animals", "headers": BEARER}
    cat: dict[str, Any] = {"kind": "puss", "lives": 7, "mood": "happy", "labels": {"a": "x"}}
    dog = {"kind": "Dog", "owner": {"name": "Ann", "dogs": [{"kind": "Dog", "mood": "sad", "owner": 7}]}}
    yield {**post, "json": [cat, {"kind": "Cat", "children": [dog]}]}
    yield {**post, "json": [{"kind": "Cat", "mood": None, "labels": {"a": "wrong", "b": "y"}}]}
    yield {**post, "json": [{"kind": "Dog", "owner": "Ben"}], "headers": {}}
    yield {**post, "json": {"kind": "Dog"}}
    yield {**post, "content": b"{", "headers": {**BEARER, "content-type": "application/json"}}
    put = {"method": "PUT", "path": "/animals/small/tom%20cat", "headers": BEARER}
    yield {**put, "data": {"colour": "red", "legs": "4", "friends": ["a", "b"]}}
    yield {**put, "path": "/animals/huge/tom", "data": {"colour": "black"}}
    yield {**put, "path": "/animals/large/tom", "files": {"caption": (None, "c"), "rating": (None, "5")}}
    yield {**put, "content": "hello", "headers": {**BEARER, "content-type": "text/plain"}}
    yield {**put, "content": "<a/>", "headers": {**BEARER, "content-type": "application/xml"}}
    draw = {"method": "POST", "path": "/shapes", "headers": BEARER}
    yield {**draw, "json": {"form": "Circle", "radius": 1.5, "colour": {"r": 1}}}
    nested = {"form": "Group", "members": [{"form": "Circle", "colour": "green"}]}
    yield {**draw, "json": {"form": "Group", "members": [nested, {"form": "Shape", "colour": {"hue": 1}}]}}
    yield {**draw, "json": {"form": "Circle", "radius": "wide", "colour": {"r": 1, "g": 2}}}
