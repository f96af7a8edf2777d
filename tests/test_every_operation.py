"""Every operation answers: the bundled contracts as a stranger would serve them, without their handlers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from mockade.catalogue.api import Api
from mockade.catalogue.files import find_files
from mockade.contract.operations import NO_BODY, Operation
from tests.harness import Mock
from tests.test_promises import good_request

NAMES = sorted(find_files())

CREDENTIALS = MappingProxyType(
    {
        "x-app-api-key": "any-key",
        "authorization": "Bearer any:secret",
    }
)


def credentials(api: Api, operation: Operation) -> dict[str, str]:
    """Credentials that pass any open scheme of the bundled contracts."""
    schemes = [api.contract.security_schemes[name] for one in operation.security for name in one]
    basic = {"authorization": "Basic YW55OnNlY3JldA=="} if any(one.is_basic for one in schemes) else {}
    return {**CREDENTIALS, **basic}


@pytest.fixture(params=NAMES)
def stranger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Mock]:
    """A mock of one bundled contract under another name, alone in its home."""
    spec = find_files()[request.param].spec
    folder = tmp_path / "specs"
    folder.mkdir()
    text = spec.read_text(encoding="utf-8").replace("x-not-served: true", "x-not-served: false")
    (folder / f"{request.param}x.yaml").write_text(text, encoding="utf-8")
    with Mock(home=tmp_path) as mock:
        yield mock


def assert_documented(operation: Operation, answer: Any) -> None:
    documented = operation.response(answer.status_code)
    assert documented is not None, f"{operation.id}: {answer.status_code} {answer.text}"
    if answer.status_code in NO_BODY or not documented.contents:
        assert answer.content == b""
        return
    content = documented.json
    assert content is not None
    assert content.validator is not None
    assert content.validator.violations(answer.json(), "response") == []


def served(mock: Mock) -> Api:
    (api,) = mock.apis.values()
    return api


def test_every_operation_of_a_strangers_contract_answers_a_documented_valid_success(stranger: Mock) -> None:
    api = served(stranger)
    for operation in api.contract.operations:
        request = good_request(api, operation)
        answer = request.send(stranger, headers={**request.headers, **credentials(api, operation)})
        if stranger.last.answered_by == "shape" and answer.status_code == 404:
            # A success for a row that is not there would be a lie, also where no 404 is documented.
            assert answer.headers["content-type"].startswith(("application/problem+json", "application/json"))
            continue
        assert_documented(operation, answer)
        if stranger.last.answered_by in ("example", "generated"):
            content = operation.response(answer.status_code).content  # type: ignore[union-attr]  # just asserted
            has_example = content is None or bool(content.examples)
            assert stranger.last.answered_by == ("example" if has_example else "generated"), operation.id
            assert answer.status_code == operation.success
            assert ("x-mockade-answer" in answer.headers) is (stranger.last.answered_by == "generated")
        else:
            # Rows of a shape may not be there; what would hold them is.
            assert stranger.last.answered_by == "shape", (operation.id, answer.text)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_success_can_be_generated_by_any_seed(stranger: Mock, seed: int) -> None:
    api = served(stranger)
    for operation in api.contract.operations:
        if operation.response(operation.success).content is None:  # type: ignore[union-attr]  # all have one
            continue
        request = good_request(api, operation)
        headers = {
            **request.headers,
            **credentials(api, operation),
            "prefer": f"code={operation.success}, seed={seed}",
        }
        answer = request.send(stranger, headers=headers)
        assert (answer.status_code, stranger.last.answered_by) == (operation.success, "generated"), (
            answer.text
        )
        assert_documented(operation, answer)
