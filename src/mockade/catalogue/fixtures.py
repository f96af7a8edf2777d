"""A fixture file: the credentials, behaviour and rows that an API starts with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mockade.catalogue.connecting import connect_faults
from mockade.contract.lines import Lines
from mockade.contract.reading import read
from mockade.contract.traffic_rules import IGNORE
from mockade.errors import Finding, Place, SetupError, shown_path
from mockade.hints import nearest
from mockade.settings import MOST_ROWS

PRIVATE = "_"
"""The prefix of a row's names that are kept beside the row and are in no answer."""

RESERVED = ("credentials", "behaviour", "minted", "rows", "family", "connect")
"""The members of a fixture file that are no collections."""

FAMILY = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""What a family may be called."""


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
    repeated: frozenset[str] = frozenset()
    """The collections that have a single repetition in the place of a list of rows."""
    made_rows: int | None = None
    """With how many rows the other collections start (`rows: 3`); None where the file does not say."""
    _lines: Lines | None = None
    raw: Any = None
    """The file as it was read; None where there is none."""
    findings: Sequence[Finding] = ()
    """What is wrong with the file's form, each at its line; the rest of it was read."""
    family: str = ""
    """The family of APIs that it belongs to, if any."""
    connect: Sequence[str] = ()
    """Lines that lead a client here; `{url}` in them is what stands before the contract's paths."""
    option: str = ""
    """Where there is no file: the option without which one would not be read."""

    @property
    def target(self) -> str:
        """Where more has to be written, as messages say it."""
        return f"{self.file} (which is read with {self.option})" if self.option else self.file

    @property
    def is_blank(self) -> bool:
        """Whether there is a file in which nothing stands."""
        return self.is_file and self.raw is None

    @property
    def is_file(self) -> bool:
        """Whether there is a file, which then says what there is."""
        return self._lines is not None

    def place(self, *pointer: str | int) -> Place:
        return self._lines.place(pointer) if self._lines else Place(self.file)

    @classmethod
    def load(cls, path: Path) -> Fixtures:
        """Raises SetupError where the file cannot be read, or is no object."""
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
        content = _Content(report)
        for name, value in _without_ignores(data).items():
            content.read(name, value)
        return cls(
            file, content.credentials, content.behaviour, content.rows, content.minted,
            frozenset(content.repeated), content.made_rows, lines, data, findings,
            family=content.family, connect=content.connect,
        )  # fmt: skip


def _are_rows(value: Any) -> bool:
    """Whether a member that has a meaning of its own holds the rows of a collection of its name."""
    is_repeated = isinstance(value, dict) and "repeat" in value
    return is_repeated or (
        isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)
    )


def _without_ignores(data: dict[str, Any]) -> dict[str, Any]:
    """A file's members, and its rows, without what is to be ignored in them."""

    def without(value: dict[str, Any]) -> dict[str, Any]:
        return {key: member for key, member in value.items() if key != IGNORE}

    return {
        name: [without(row) if isinstance(row, dict) else row for row in value]
        if isinstance(value, list)
        else value
        for name, value in without(data).items()
    }


@dataclass
class _Content:
    """What the members of a fixture file say. `report` takes a message, and the keys to what it is about."""

    report: Callable[..., None]
    credentials: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    behaviour: Mapping[str, Any] = field(default_factory=dict)
    minted: Mapping[str, Any] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    repeated: set[str] = field(default_factory=set)
    made_rows: int | None = None
    family: str = ""
    connect: Sequence[str] = ()

    def read(self, name: str, value: Any) -> None:
        if name == "credentials" and isinstance(value, dict):
            self.credentials = read_secrets(value, self.report)
        elif name == "behaviour" and (isinstance(value, dict) or value is None):
            self.behaviour = value or {}
        elif name == "minted" and isinstance(value, dict):
            faults = list(_minted_faults(value))
            self.minted = {} if faults else value
            for fault, *pointer in faults:
                self.report(fault, name, *pointer)
        elif name == "family" and not isinstance(value, list):
            if isinstance(value, str) and FAMILY.fullmatch(value):
                self.family = value
            else:
                form = "a word of small letters, digits, dots and hyphens, such as acme"
                self.report(f"`family` names the APIs that this one belongs to: {form}.", name)
        elif name == "connect" and not _are_rows(value):
            misfits = list(connect_faults(value))
            self.connect = () if misfits else tuple(value)
            for message, *at in misfits:
                self.report(message, name, *at)
        elif name == "rows" and isinstance(value, int):
            if not isinstance(value, bool) and 0 <= value <= MOST_ROWS:
                self.made_rows = value
            else:
                self.report(f"`rows` is how many rows collections start with, from 0 to {MOST_ROWS:,}.", name)
        else:
            self._read_rows(name, value)

    def _read_rows(self, name: str, value: Any) -> None:
        if isinstance(value, list):
            for position, row in enumerate(value):
                if not isinstance(row, dict):
                    self.report(f"A row of {name} is an object.", name, position)
            self.rows[name] = [row for row in value if isinstance(row, dict)]
        elif value is None:
            self.rows[name] = []
        elif isinstance(value, dict) and "repeat" in value:
            self.rows[name] = [value]
            self.repeated.add(name)
        elif name == "rows":
            self.report("`rows` is with how many rows the others start: a whole number, such as 3.", name)
        elif (meant := nearest(name, RESERVED)) and meant != name:
            self.report(f"{name} is no list of rows, nor known else. Did you mean {meant!r}?", name)
        else:
            others = "(only credentials, behaviour and minted are other objects)"
            self.report(f"{name} should be a list of rows, or {{repeat: 50, like: {{…}}}} {others}.", name)


def read_secrets(value: Mapping[str, Any], report: Callable[..., None]) -> dict[str, dict[str, Any]]:
    """The well-formed credentials, by security scheme and secret.

    `report` takes a message about each of the others, and the keys that lead to it.
    """
    credentials: dict[str, dict[str, Any]] = {}
    for scheme, secrets in value.items():
        if not are_secrets(scheme, secrets, report):
            continue
        credentials[scheme] = {}
        for secret, members in secrets.items():
            formed = read_secret(scheme, secret, members, report)
            if formed is not None:
                credentials[scheme][secret] = formed
    return credentials


def are_secrets(scheme: str, secrets: Any, report: Callable[..., None]) -> bool:
    """Whether the value of a scheme has credentials in it; `report` as in `read_secrets`."""
    if isinstance(secrets, dict) and secrets:
        return True
    report(f"credentials.{scheme} maps each secret to what it stands for.", "credentials", scheme)
    return False


def read_secret(scheme: str, secret: str, members: Any, report: Callable[..., None]) -> dict[str, Any] | None:
    """What stands behind one secret, None where it is misformed; `report` as in `read_secrets`."""
    found: dict[str, Any] = members or {}
    if not isinstance(found, dict) or not _are_permissions(found.get("permissions", [])):
        # The message does not name the secret: messages are logged too.
        message = f"A credential of {scheme} holds an object whose `permissions` is a list of strings."
    elif not isinstance(found.get("like", ""), str):
        message = f"A credential of {scheme} is `like` one that is named by a string."
    else:
        return found
    report(message, "credentials", scheme, secret)
    return None


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
