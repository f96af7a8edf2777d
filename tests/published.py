"""Lets Schemathesis ask published contracts all it can think of: `python -m tests.published FILE…`.

What it finds is told with the reason that docs/published.md gives; ends with 1 where something has none.
PYTHONHASHSEED=0 makes runs alike. A document whose form Schemathesis refuses is told, and is not asked.
"""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import schemathesis
import yaml
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from mockade.asgi import Receive, Scope, Send
from mockade.contract.schemes import Scheme
from tests.harness import Mock

FORM = "application/x-www-form-urlencoded"
NOES = frozenset({400, 401, 403, 404, 405, 406, 409, 413, 415, 422})
ACCEPTED = [200, 201, 202, 204, 304, 401, 403, 404, 409]
EXAMPLES = 10
SECRET = "t"

BOUNDS = ("18446744073709551615", "9223372036854775807", "a whole number from 0 on is expected")
"""What a refusal of a number says that the contract allows."""

REASONS = {
    "undocumented no": "The contract documents no such refusal; what cannot be done is refused all the same.",
    "no success": "The contract documents errors alone, so one of them is the answer.",
    "form": "A form writes a list of one as it writes a text, and an empty list not at all.",
    "unread": "Bodies in XML are not read, which a notice says.",
    "range": "Numbers beyond 64 bits and page sizes below 0 fit the contract, and are refused.",
}  # fmt: skip
"""Why something that was found is left as it is."""


def reason(check: str, status: int, case: Any, answer: str, documented: set[str]) -> str:
    """The key of REASONS for a finding; empty where there is none."""
    media_type = (case.media_type or "").partition(";")[0]
    if check == "status_code_conformance" and status in NOES:
        return "undocumented no"
    if check == "positive_data_acceptance" and not any(one[:1] in "23d" for one in documented):
        return "no success"
    if check in ("positive_data_acceptance", "negative_data_rejection") and media_type == FORM:
        return "form"
    if check == "negative_data_rejection" and media_type.endswith("xml"):
        return "unread"
    is_range = any(one in answer for one in BOUNDS)
    return "range" if check == "positive_data_acceptance" and is_range else ""


class Published:
    """One contract of a file, served with a credential for each of its schemes."""

    def __init__(self, file: Path, home: Path) -> None:
        (home / "specs").mkdir()
        (home / "fixtures").mkdir()
        shutil.copy(file, home / "specs" / f"published{file.suffix}")
        first = Mock(home=home)
        schemes = list(first.apis["published"].contract.security_schemes.values())
        first.close()
        credentials = {
            one.name: {
                "u:p" if one.is_basic else SECRET: {"caller": "ada", "permissions": sorted(one.scopes)}
            }
            for one in schemes
            if not one.is_certificate
        }
        fixtures = {"rows": 3, "credentials": credentials}
        (home / "fixtures" / "published.yaml").write_text(yaml.safe_dump(fixtures), encoding="utf-8")
        self.mock = Mock(home=home)
        self.headers = dict(header for one in schemes for header in _header(one))
        self.found: Counter[tuple[str, str, int, str]] = Counter()
        """By check, operation, status and reason, how often."""
        self.shown: dict[tuple[str, str, int, str], str] = {}
        self.refused: set[str] = set()
        self.requests = 0

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.mock.app(scope, receive, send)

    def ask(self) -> None:
        contract = self.mock.apis["published"].contract
        config = {
            "seed": 1,
            "base-url": "http://localhost" + next(iter(contract.base_paths()), ""),
            "headers": self.headers,
            "continue-on-failure": True,
            "cache": {"enabled": False},
            "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none"},
            "checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}},
        }
        document = self.mock.get("/_mockade/docs/published/openapi.json").json()
        schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(config))
        schema.app = self._app
        for event in from_schema(schema).execute():
            match event:
                case events.ScenarioFinished():
                    self.requests += len(event.recorder.interactions)
                    self._take(event.recorder)
                    self.mock.told.clear()
                case events.NonFatalError():
                    self.refused.add(f"{event.label}: {event.info.format().splitlines()[0]}")
                case events.FatalError():
                    raise event.exception

    def _take(self, recorder: ScenarioRecorder) -> None:
        for id, checks in recorder.checks.items():
            for check in checks:
                if check.failure_info is None:
                    continue
                case, response = recorder.cases[id].value, recorder.interactions[id].response
                status = response.status_code if response else 0
                text = (response.content or b"").decode("utf-8", "replace") if response else ""
                documented = set(case.operation.definition.raw.get("responses", {}))
                why = reason(check.name, status, case, text, documented)
                key = check.name, case.operation.label, status, why
                self.found[key] += 1
                self.shown.setdefault(key, f"{check.failure_info.failure}\n{check.failure_info.code_sample}")


def _header(scheme: Scheme) -> Iterator[tuple[str, str]]:
    if scheme.carrier == "header" and not scheme.is_basic:
        yield scheme.field, f"{scheme.word} {SECRET}" if scheme.word else SECRET


def main(files: list[str]) -> int:
    """Asks each of the files; answers what the process ends with."""
    unexplained = 0
    for name in files:
        with TemporaryDirectory() as folder:
            one = Published(Path(name), Path(folder))
            one.ask()
            one.mock.close()
        print(f"{name}: {one.requests} requests, {one.found.total()} findings")
        for line in sorted(one.refused):
            print(f"  not asked: {line}")
        for key, count in sorted(one.found.items()):
            check, operation, status, why = key
            print(f"  {count} of {check}, {operation} {status}: {REASONS.get(why, 'no reason')}")
            if not why:
                unexplained += 1
                print(one.shown[key])
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
