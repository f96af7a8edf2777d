"""Fixture files as a user would change them: the bundled one with some of its switches set otherwise."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import yaml

from mockade.catalogue.files import PACKAGE, bundled

PAGES = PACKAGE.parents[1] / "docs" / "apis"


def bundled_fixtures(stem: str) -> dict[str, Any]:
    """The data of an API's bundled fixture file, to be changed by who asks."""
    data: dict[str, Any] = json.loads(_bundled_fixtures(stem))
    return data


@cache
def _bundled_fixtures(stem: str) -> str:
    """As JSON, which is read again in no time; YAML is not."""
    return json.dumps(yaml.safe_load((bundled("fixtures") / f"{stem}.yaml").read_text(encoding="utf-8")))


def switched(stem: str, **values: Any) -> dict[str, str]:
    """The bundled fixture file with `values` under `behaviour:`, as a folder of a home wants it."""
    fixtures = bundled_fixtures(stem)
    fixtures["behaviour"] |= values
    return folder(stem, fixtures)


def folder(stem: str, fixtures: dict[str, Any]) -> dict[str, str]:
    """A fixture file of that data; JSON is YAML too."""
    return {f"{stem}.yaml": json.dumps(fixtures)}
