"""Saved documents of coverage, read and held against their form; what is wrong is told with its line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mockade.contract.lines import Lines
from mockade.contract.reading import read
from mockade.control import control_api
from mockade.control.call import component
from mockade.coverage.checking import faults
from mockade.coverage.document import VERSION, Facts
from mockade.coverage.editing import merged
from mockade.errors import Finding, Place, SetupError, shown_path

MOST_TOLD = 20
"""Findings of one file that are told."""

_MEND = "`mockade coverage --json` and `--report json` write such a file."


def merged_files(files: Sequence[Path]) -> Facts:
    """Documents in files, as one. Raises SetupError with what is wrong in each that cannot be read."""
    validator = component(control_api(""), "Coverage")[0]
    found, findings = [], []
    for file in files:
        try:
            found.append(_document(file, validator))
        except SetupError as error:
            findings += error.findings
    if findings:
        raise SetupError(findings)
    return merged(found)


def _document(file: Path, validator: Any) -> Facts:
    shown = shown_path(file)
    value, text = read(file, shown)
    lines = Lines(text, shown, is_json=text.lstrip()[:1] in ("{", "["))
    way: tuple[str | int, ...] = ()
    if isinstance(value, dict) and isinstance(value.get("coverage"), dict):
        value, way = value["coverage"], ("coverage",)  # `--report json` has it as a member
    _check_version(value, Place(shown))
    wrong = [(one.path, _sentence(one)) for one in validator.violations(value, "response")]
    findings = [
        Finding(lines.place((*way, *path)), sentence, _MEND) for path, sentence in (wrong or faults(value))
    ]
    if findings:
        raise SetupError(findings[:MOST_TOLD])
    found: Facts = value
    return found


def _sentence(violation: Any) -> str:
    at = f"{violation.pointer}: " if violation.pointer else ""
    return f"This is no document of coverage: {at}{violation.message}"


def _check_version(value: Any, place: Place) -> None:
    if not isinstance(value, dict) or "version" not in value or not isinstance(value.get("apis"), list):
        raise SetupError([Finding(place, "This is no document of coverage.", _MEND)])
    if value["version"] != VERSION:
        message = f"It is of version {value['version']!r}, and version {VERSION} is read here."
        raise SetupError([Finding(place, message, "Write it and read it with the same Mockade.")])
