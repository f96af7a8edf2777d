"""A fixture file: the credentials, behaviour and rows that an API starts with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mockade.contract.reading import Lines, read
from mockade.errors import Finding, Place, SetupError, shown_path

PRIVATE = "_"
"""The prefix of a row's names that are kept beside the row and are in no answer."""


@dataclass(frozen=True, slots=True, eq=False)
class Fixtures:
    """The content of a fixture file, with its lines. An API without a file has empty fixtures."""

    file: str
    """The path as messages name it."""
    credentials: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By security scheme, then by secret: the caller's members."""
    behaviour: Mapping[str, Any] = field(default_factory=dict)
    """Values of switches, by name."""
    rows: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    """By collection."""
    minted: Mapping[str, Any] = field(default_factory=dict)
    """What a credential that is minted over the control API says, unless the one who mints it does."""
    _lines: Lines | None = None

    def place(self, *pointer: str | int) -> Place:
        return self._lines.place(pointer) if self._lines else Place(self.file)

    @classmethod
    def load(cls, path: Path) -> Fixtures:
        """Raises SetupError, with every fault of form, when the file is not a fixture file."""
        file = shown_path(path)
        data, text = read(path, file)
        lines = Lines(text, file)
        findings: list[Finding] = []

        def report(message: str, *pointer: str | int) -> None:
            findings.append(Finding(lines.place(pointer), message, rule="fixtures"))

        if data is None:
            return cls(file, _lines=lines)
        if not isinstance(data, dict):
            report("A fixture file is an object: credentials, behaviour, and a list of rows per collection.")
            raise SetupError(findings)
        credentials: Mapping[str, Mapping[str, Any]] = {}
        behaviour: Mapping[str, Any] = {}
        minted: Mapping[str, Any] = {}
        rows: dict[str, list[dict[str, Any]]] = {}
        for name, value in data.items():
            if name == "credentials" and isinstance(value, dict):
                credentials = read_secrets(value, report)
            elif name == "behaviour" and (isinstance(value, dict) or value is None):
                behaviour = value or {}
            elif name == "minted" and isinstance(value, dict):
                minted = value
                for fault, *pointer in _minted_faults(value):
                    report(fault, name, *pointer)
            elif isinstance(value, list):
                for position, row in enumerate(value):
                    if not isinstance(row, dict):
                        report(f"A row of {name} is an object.", name, position)
                rows[name] = [row for row in value if isinstance(row, dict)]
            elif value is None:
                rows[name] = []
            else:
                objects = "credentials, behaviour and minted"
                report(f"{name} should be a list of rows (only {objects} are objects).", name)
        if findings:
            raise SetupError(findings)
        return cls(file, credentials, behaviour, rows, minted, lines)


def read_secrets(value: Mapping[str, Any], report: Callable[..., None]) -> dict[str, dict[str, Any]]:
    """The well-formed credentials, by security scheme and secret.

    `report` takes a message about each of the others, and the keys that lead to it.
    """
    credentials: dict[str, dict[str, Any]] = {}
    for scheme, secrets in value.items():
        if not isinstance(secrets, dict) or not secrets:
            report(f"credentials.{scheme} maps each secret to what it stands for.", "credentials", scheme)
            continue
        credentials[scheme] = {}
        for secret, members in secrets.items():
            members = members or {}
            if not isinstance(members, dict) or not _are_permissions(members.get("permissions", [])):
                # The message does not name the secret: messages are logged too.
                message = (
                    f"A credential of {scheme} holds an object whose `permissions` is a list of strings."
                )
                report(message, "credentials", scheme, secret)
            elif not isinstance(members.get("like", ""), str):
                message = f"A credential of {scheme} is `like` one that is named by a string."
                report(message, "credentials", scheme, secret)
            else:
                credentials[scheme][secret] = members
    return credentials


def _are_permissions(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _minted_faults(members: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with the fixtures' `minted`: a message, and the key that it is about."""
    for name in ("caller", "refused"):
        if name in members:
            yield f"`minted` is what any minted credential says: leave {name!r} out.", name
    if not _are_permissions(members.get("permissions", [])):
        yield "The `permissions` of minted credentials are a list of strings.", "permissions"
    if not isinstance(members.get("like", ""), str):
        yield "`minted` is `like` a caller that is named by a string.", "like"
