"""The rules of findings: what each is about, how grave it is, and what to do (docs/rules.md shows this)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mockade.errors import Severity


class Rule(NamedTuple):
    """What the findings of one id have in common."""

    severities: tuple[Severity, ...]
    """The gravest first."""
    what: str
    mend: str


_E: tuple[Severity, ...] = ("error",)
_W: tuple[Severity, ...] = ("warning",)
_I: tuple[Severity, ...] = ("info",)
_EW: tuple[Severity, ...] = ("error", "warning")

RULES: Mapping[str, Rule] = {
    "api": Rule(_E, "There is no API of that name.", "Take a name that is listed."),
    "array-items": Rule(
        _W, "An array of OpenAPI 3.0 has no `items`.", "Say what they are; `items: {}` for anything."
    ),
    "behaviour": Rule(
        _E, "`behaviour` of the fixtures sets no such switch, or to no value of it.", "Take a listed one."
    ),
    "credentials": Rule(
        ("error", "warning", "info"),
        "The credentials of the fixtures do not fit the contract or a sibling's, or say nothing of a scheme.",
        "Write credentials of schemes that the contract has.",
    ),
    "example": Rule(_E, "An example or default does not fit its schema.", "Mend the example or the schema."),
    "fixture-parent": Rule(
        _W, "A row of the fixtures is below a parent that is not there.", "Write the parent, or mend its key."
    ),
    "fixture-property": Rule(
        _W, "A row of the fixtures has a property that its schema does not declare.", "Mend its name."
    ),
    "fixtures": Rule(_E, "The fixtures do not fit the contract.", "Mend the row at that line."),
    "handlers": Rule(_E, "A handler module does not fit the contract.", "Mend the function that is named."),
    "home": Rule(
        _E, "A file belongs to no contract, or a folder is not there.", "Rename it, or mend the path."
    ),
    "ignore": Rule(
        _W,
        "`x-mockade-ignore` names a rule that there is not, or silences nothing.",
        "Take one of this page's, or delete it.",
    ),
    "keys": Rule(_E, "A key stands twice in one object.", "Delete one: the last counts."),
    "keyword": Rule(
        ("warning", "info"),
        "A schema of OpenAPI 3.1 has a keyword that JSON Schema does not have; one that is nearly another is "
        "misspelt.",
        "Mend it, or begin its name with `x-`.",
    ),
    "mapping": Rule(
        _W,
        "The `mapping` of a discriminator leads nowhere.",
        "Refer to a schema that is there, or delete it.",
    ),
    "misspelt": Rule(
        _E,
        "A member of an operation, a path, a parameter, a body or an answer is nearly one that it may have.",
        "Mend its name, or begin it with `x-`.",
    ),
    "never-sent": Rule(
        _W,
        "An example of an answer has a `writeOnly` property, or one of a request a `readOnly` one.",
        "Delete it from the example.",
    ),
    "no-body": Rule(
        _W,
        "`content` at a status that has no body (1xx, 204, 205, 304).",
        "Delete it, or take another status.",
    ),
    "not-served": Rule(
        _W,
        "`x-not-served` of a document lists what is no path, or by no word for what it is known from.",
        "Write `GET /path/{id}`, or `/prefix/`, under documented, observed, inferred or assumed.",
    ),
    "nullable": Rule(
        _W, "OpenAPI 3.1 has no `nullable`: it says nothing there.", "Write `type: [string, 'null']`."
    ),
    "openapi": Rule(
        _EW, "The document is not as the schema of its OpenAPI version has it.", "Mend what stands there."
    ),
    "operationId": Rule(
        ("warning", "info"),
        "An operation has no id, or that of another.",
        "Give each an `operationId` of its own.",
    ),
    "parameters": Rule(_EW, "A parameter is declared in a way that cannot be read.", "Mend its declaration."),
    "paths": Rule(_EW, "A path cannot be served as it is written.", "Mend the key in `paths`."),
    "read": Rule(_E, "This cannot be read, or is no contract.", "Name a file or folder with a contract."),
    "read-write-only": Rule(
        _W, "A property is `readOnly` and `writeOnly`: nobody could send it.", "Delete one of the two."
    ),
    "ref": Rule(
        _E,
        "A `$ref` leads nowhere, out of the folder, or back to itself.",
        "Mend it, or write what it should lead to.",
    ),
    "required-undefined": Rule(
        _W, "`required` names a property that the schema does not define.", "Define it, or mend the name."
    ),
    "responses": Rule(
        _E, "An answer is declared in a way that cannot be read.", "Mend its status or its form."
    ),
    "rows": Rule(
        _I, "A collection starts empty: no row could be made.", "Give its schema an example that fits."
    ),
    "same-path": Rule(
        _EW, "Two templates are the same path to a client.", "Put their methods under one of them."
    ),
    "schema": Rule(
        _EW,
        "A schema is not sound, or YAML says what JSON cannot: the keyword, or all of it, is left out.",
        "Mend it by JSON Schema.",
    ),
    "second-opinion": Rule(
        _W, "Another library finds something that Mockade does not (`--second-opinion`).", "See what it says."
    ),
    "security": Rule(_EW, "A security requirement or scheme cannot be asked for.", "Declare the scheme."),
    "security-certificate": Rule(
        _W, "A client certificate is all that an operation asks for, and none is seen here.", "Ask for more."
    ),
    "security-optional": Rule(
        _I,
        "`{}` among the alternatives: the operation needs no credential.",
        "Delete it where one is needed.",
    ),
    "server-variable": Rule(
        _W,
        "A server's URL has a variable that is not declared, or a default that its `enum` has not.",
        "Declare it under `variables`.",
    ),
    "servers": Rule(("warning", "info"), "A server's URL cannot be served.", "Mend its `url`."),
    "syntax": Rule(_E, "A file is no YAML or JSON, or no UTF-8 text.", "Mend the text at that line."),
    "url": Rule(_E, "An address cannot be fetched.", "Mend it, or save the document and name the file."),
    "version": Rule(
        ("error", "info"),
        "The OpenAPI version is not read, or something of it is not.",
        "See docs/contracts.md.",
    ),
}
"""By id."""

UNSILENCED = frozenset({"api", "handlers", "home", "ignore", "read", "syntax", "url"})
"""Rules that nothing silences: their findings are about what is read as no object, or about silencing."""
