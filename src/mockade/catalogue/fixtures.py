"""A fixture file: the credentials, behaviour and rows that an API starts with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mockade.contract.reading import Lines, read
from mockade.errors import Finding, Place, SetupError, shown_path

PRIVATE = "_"
"""A row's keys that begin so are kept beside the row and never leave in an answer."""


@dataclass(slots=True)
class Fixtures:
    """What a fixture file says, and where it says it. An API without a file has empty fixtures."""

    file: str
    """The path as messages name it."""
    credentials: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By security scheme, then by secret: what the credential stands for."""
    behaviour: Mapping[str, Any] = field(default_factory=dict)
    rows: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    """By collection."""
    _lines: Lines | None = None

    def place(self, *pointer: str | int) -> Place:
        return self._lines.place(pointer) if self._lines else Place(self.file)

    @classmethod
    def load(cls, path: Path) -> Fixtures:
        """Raises SetupError, with every fault of form, when the file is not a fixture file."""
        shown = shown_path(path)
        data, text = read(path, shown)
        fixtures = cls(shown, _lines=Lines(text, shown))
        if data is None:
            return fixtures
        findings: list[Finding] = []

        def complain(message: str, *pointer: str | int) -> None:
            findings.append(Finding(fixtures.place(*pointer), message, rule="fixtures"))

        if not isinstance(data, dict):
            complain(
                "A fixture file is an object: credentials, behaviour, and a list of rows per collection."
            )
            raise SetupError(findings)
        rows: dict[str, list[dict[str, Any]]] = {}
        for name, value in data.items():
            if isinstance(value, list):
                for position, row in enumerate(value):
                    if not isinstance(row, dict):
                        complain(f"A row of {name} is an object.", name, position)
                rows[name] = [row for row in value if isinstance(row, dict)]
            elif name == "credentials" and isinstance(value, dict):
                fixtures.credentials = credentials_in(value, complain)
            elif name == "behaviour" and (isinstance(value, dict) or value is None):
                fixtures.behaviour = value or {}
            elif value is None:
                rows[name] = []
            else:
                complain(
                    f"{name} should be a list of rows (only credentials and behaviour are objects).", name
                )
        if findings:
            raise SetupError(findings)
        fixtures.rows = rows
        return fixtures


def credentials_in(value: Mapping[str, Any], complain: Any) -> dict[str, dict[str, Any]]:
    """Credentials that have their form; `complain` hears of the others: a message, and the way there."""
    credentials: dict[str, dict[str, Any]] = {}
    for scheme, secrets in value.items():
        if not isinstance(secrets, dict) or not secrets:
            complain(f"credentials.{scheme} maps each secret to what it stands for.", "credentials", scheme)
            continue
        credentials[scheme] = {}
        for secret, facts in secrets.items():
            facts = facts or {}
            permissions = facts.get("permissions", []) if isinstance(facts, dict) else None
            if not isinstance(permissions, list) or not all(isinstance(p, str) for p in permissions):
                # It is not named: what is wrong with credentials is told in logs too.
                complain(
                    f"A credential of {scheme} holds an object whose `permissions` is a list of strings.",
                    "credentials", scheme, secret,
                )  # fmt: skip
                continue
            credentials[scheme][secret] = facts
    return credentials
