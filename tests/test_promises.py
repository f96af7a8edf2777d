"""What the house promises of every API in the catalogue, whoever the vendor is."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import httpx
import pytest

from mockade.catalogue.api import Api
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.cli.assumptions import known_from, marks, provenances
from mockade.contract.contract import Contract
from mockade.contract.media_types import is_json
from mockade.contract.operations import Operation
from mockade.contract.violations import ABSENT
from mockade.worlds.contents import Baseline
from tests.harness import Mock

NAMES = sorted(find_files())


class Request(NamedTuple):
    """A request that an operation can be sent."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any = ABSENT
    query: Mapping[str, Any] = MappingProxyType({})
    is_form: bool = False
    """Whether the members of its body go as the files of a form."""

    def send(self, mock: Mock, **changes: Any) -> httpx.Response:
        one = self._replace(**changes)
        return mock.request(one.method, one.path, **one.options())

    def options(self) -> dict[str, Any]:
        """What an HTTP client takes besides method and path."""
        options: dict[str, Any] = {"headers": self.headers}
        if self.is_form and isinstance(self.body, dict):
            files = {name: ("file", str(text).encode("latin-1")) for name, text in self.body.items()}
            boundary = {"content-type": "multipart/form-data; boundary=part"}  # drawn, without
            options = {"headers": {**self.headers, **boundary}, "files": files}
        elif self.body is not ABSENT:
            options["json"] = self.body
        if self.query:
            options["params"] = dict(self.query)
        return options


class Case(NamedTuple):
    """An operation of a bundled API."""

    name: str
    operation: Operation

    @property
    def contract(self) -> Contract:
        return CONTRACTS[self.name]


APIS = load_apis(find_files())
CONTRACTS = {name: api.contract for name, api in APIS.items()}
PAGES = Path(__file__).parents[1] / "docs" / "apis"
UNSERVED = [
    Case(name, operation)
    for name in NAMES
    for operation in CONTRACTS[name].operations
    if APIS[name].answerers[operation.id].kind == "stub"
]
CASES = [
    case
    for name in NAMES
    for case in (Case(name, operation) for operation in CONTRACTS[name].operations)
    if case not in UNSERVED
]
WITH_BODY = [
    case
    for case in CASES
    if case.operation.body is not None and any(map(is_json, case.operation.body.contents))
]


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def called(case: Case) -> str:
    return f"{case.name}.{case.operation.id}"


@pytest.fixture(params=CASES, ids=called)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture(params=UNSERVED, ids=called)
def unserved(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture(params=WITH_BODY, ids=called)
def case_with_body(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture
def mock(request: pytest.FixtureRequest) -> Iterator[Mock]:
    """A mock of the API that the test is about."""
    about = next(
        request.getfixturevalue(one)
        for one in ("case", "case_with_body", "unserved", "name")
        if one in request.fixturenames
    )
    with Mock(*family(about.name if isinstance(about, Case) else about)) as made:
        yield made


def family(name: str) -> list[str]:
    """An API with its siblings, whose credentials it takes."""
    return [name, *(one.stem for one in APIS[name].siblings)]


def good_request(api: Api, operation: Operation) -> Request:
    """A request with the contract's examples and a credential that may call."""
    path = operation.path
    for parameter in operation.parameters:
        if parameter.where == "path":
            value = parameter.example if parameter.example is not ABSENT else "something"
            path = path.replace("{" + parameter.name + "}", str(value))
    body, is_form = ABSENT, False
    if operation.body is not None:
        media_type, content = next(iter(operation.body.contents.items()))
        body, is_form = content.example, not is_json(media_type)
        assert body is not ABSENT, f"{operation.id} has no example of its body"
    # A long poll's deadline too, which is otherwise waited for.
    asked = [one for one in operation.parameters if one.where == "query"]
    query = {one.name: one.example for one in asked if one.required or one.name == "deadline"}
    return Request(operation.method, path, credential(api, operation), body, query, is_form)


def credential(api: Api, operation: Operation) -> dict[str, str]:
    """The header of the first credential that may call an operation."""
    for alternative in operation.security:
        for scheme in alternative:
            known_scheme = api.contract.security_schemes[scheme]
            callers = chain.from_iterable(one.callers.items() for one in api.sharing(scheme))
            for (known, secret), caller in callers:
                allowed = not operation.permissions or caller.holds(*operation.permissions)
                if known == scheme and allowed and not caller.refused:
                    sent = b64encode(secret.encode()).decode() if known_scheme.is_basic else secret
                    return {known_scheme.field: f"{known_scheme.prefix}{sent}"}
    return {}


def assert_documented(operation: Operation, answer: httpx.Response) -> None:
    """The answer is one that the contract documents for its operation, in body and headers."""
    documented = operation.response(answer.status_code)
    assert documented is not None, f"{answer.status_code} is not documented: {answer.text}"
    if not documented.contents or answer.status_code in (204, 304):
        assert answer.content == b""
        return
    content = documented.json
    assert content is not None
    assert content.validator is not None
    assert is_json(answer.headers["content-type"])
    assert content.validator.violations(answer.json(), "response") == []
    for header in documented.headers.values():
        assert not header.required or header.name in answer.headers


def assert_vendor_error(api: Api, answer: httpx.Response) -> None:
    """The answer wears an error schema of the vendor's."""
    assert api.dialect is not None
    names = {api.dialect.component, api.dialect.violation_component} - {""}
    compiled = [api.contract.component(name) for name in names]
    assert any(one is not None and one[0].is_valid(answer.json()) for one in compiled), answer.text
    assert answer.headers["content-type"] == "application/json"


def broken_bodies(body: Any) -> Iterator[tuple[str, Any]]:
    """Bodies that differ from a good one in one way that is likely to be wrong."""
    yield "an array", []
    yield "a string", "text"
    yield "null", None
    if isinstance(body, dict):
        yield "nothing in it", {}
        for name in body:
            yield f"without {name}", {key: value for key, value in body.items() if key != name}
            for kind, value in (
                ("null", None),
                ("a list", [[]]),
                ("a number", -1.5),
                ("a word", "¿?"),
                ("huge", 2**80),
            ):
                yield f"{name} is {kind}", {**body, name: value}


def test_a_query_that_breaks_its_schema_is_refused_as_documented(case: Case, mock: Mock) -> None:
    request = good_request(APIS[case.name], case.operation)
    for parameter in case.operation.parameters:
        if parameter.where == "query":
            answer = request.send(mock, query={**request.query, parameter.name: ["no", "number"]})
            if mock.last.violations:
                assert_documented(case.operation, answer)


def test_the_contract_loads_and_its_fixture_rows_fit(name: str) -> None:
    api = load_apis(find_files(names=[name]))[name]
    assert api.contract.operations
    with Mock(*family(name)) as mock:
        for (stem, collection), table in mock.state.tables.items():
            schema = mock.apis[stem].collections[collection]
            for stored in table.rows.values():
                assert schema.validator.violations(stored.row(), "response") == []


def test_every_operation_has_someone_who_answers_or_is_listed_on_the_vendors_page_as_a_501(name: str) -> None:
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    listed = page.partition("Mockade answers with 501\n")[2].partition("\n## ")[0]
    told = re.findall(r"`([A-Z]+ /\S+)`", listed)
    unserved = [case.operation for case in UNSERVED if case.name == name]
    assert sorted(told) == sorted(f"{operation.method} {operation.path}" for operation in unserved)


def test_what_nobody_answers_is_a_501_that_says_what_to_write(unserved: Case, mock: Mock) -> None:
    before = mock.state
    answer = good_request(mock.apis[unserved.name], unserved.operation).send(mock)
    assert answer.status_code == 501
    assert f"apis/{unserved.name}.py" in answer.text
    assert_vendor_error(mock.apis[unserved.name], answer)
    assert mock.state is before


def test_the_example_request_gets_a_documented_answer(case: Case, mock: Mock) -> None:
    answer = good_request(mock.apis[case.name], case.operation).send(mock)
    assert answer.status_code < 500, answer.text
    assert_documented(case.operation, answer)


def test_a_call_without_a_credential_is_refused_and_changes_nothing_unless_none_is_asked(
    case: Case, mock: Mock
) -> None:
    before = mock.state
    answer = good_request(mock.apis[case.name], case.operation).send(mock, headers={})
    if {} in case.operation.security or not case.operation.security:
        assert answer.status_code == case.operation.success, answer.text
        return
    assert answer.status_code in (401, 403)
    assert_vendor_error(mock.apis[case.name], answer)
    assert mock.state is before


def test_a_broken_body_is_refused_in_the_vendors_words_and_changes_nothing(
    case_with_body: Case, mock: Mock
) -> None:
    good = good_request(mock.apis[case_with_body.name], case_with_body.operation)
    refused = 0
    for what, body in broken_bodies(good.body):
        before = mock.state
        answer = good.send(mock, body=body)
        assert answer.status_code < 500, f"{what}: {answer.text}"
        if answer.status_code >= 400:
            refused += 1
            assert_documented(case_with_body.operation, answer)
            assert mock.state is before, what
    assert refused >= 3


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"\xff\xfe", b"NaN", b"[" * 5000, b'{"a":' * 900 + b"1" + b"}" * 900]
)
def test_a_body_that_is_no_json_is_refused_in_the_vendors_words(
    case_with_body: Case, mock: Mock, raw: bytes
) -> None:
    api, operation = mock.apis[case_with_body.name], case_with_body.operation
    good = good_request(api, operation)
    headers = {**good.headers, "content-type": "application/json"}
    answer = mock.request(good.method, good.path, headers=headers, content=raw)
    assert operation.body is not None
    if not raw and not operation.body.required:
        assert_documented(operation, answer)
        return
    assert answer.status_code in (400, 422)
    assert_vendor_error(api, answer)


def test_what_the_engine_refuses_wears_the_vendors_error(case: Case, mock: Mock) -> None:
    api = mock.apis[case.name]
    good = good_request(api, case.operation)
    wrong_method = good.send(mock, method="TRACE", body=ABSENT)
    assert wrong_method.status_code == 405
    assert case.operation.method in wrong_method.headers["allow"].split(", ")
    assert_vendor_error(api, wrong_method)
    nowhere = good.send(mock, path=f"{good.path}/nowhere/at/all", body=ABSENT)
    # Below the prefixes of services that nobody looks into, the vendor may have anything.
    assert nowhere.status_code == (501 if case.name == "rallyhere_assumed" else 404)
    assert_vendor_error(api, nowhere)
    if good.body is not ABSENT and not good.is_form:
        headers = {**good.headers, "content-type": "text/csv"}
        wrong_type = mock.request(good.method, good.path, headers=headers, content=b"a,b")
        assert wrong_type.status_code == 415
        assert_vendor_error(api, wrong_type)
        headers = {**good.headers, "content-type": "application/json"}
        too_large = mock.request(good.method, good.path, headers=headers, content=b" " * (1024 * 1024 + 1))
        assert too_large.status_code == 413
        assert_vendor_error(api, too_large)


def test_the_same_requests_get_the_same_bytes(case: Case) -> None:
    answers = []
    for _ in range(2):
        with Mock(*family(case.name)) as mock:
            answer = good_request(mock.apis[case.name], case.operation).send(mock)
            answers.append((answer.status_code, answer.content))
    assert answers[0] == answers[1]


def test_two_worlds_never_touch(name: str) -> None:
    with Mock(*family(name)) as mock:
        one, other = mock.world, mock.worlds.create("other", Baseline(mock.state))

        def play() -> list[bytes]:
            operations = CONTRACTS[name].operations
            return [good_request(mock.apis[name], operation).send(mock).content for operation in operations]

        before = other.state
        answers, after = play(), one.state
        assert other.state is before
        mock.worlds.default = other
        assert play() == answers, "the other world has seen nothing of it"
        assert one.state is after
        one.reset("resetWorld")
        assert one.state is one.baseline.state


def test_every_switch_is_listed_in_the_bundled_fixtures_with_its_default(name: str) -> None:
    api = load_apis(find_files(names=[name]))[name]
    assert dict(api.fixtures.behaviour) == {switch.name: switch.default for switch in api.switches}
    for switch in api.switches:
        assert not switch.choices or switch.default in switch.choices
        assert switch.reason


def test_every_body_in_the_contract_has_an_example(case: Case) -> None:
    contents = list(case.operation.body.contents.values()) if case.operation.body else []
    is_generated = APIS[case.name].answerers[case.operation.id].kind == "generated"
    for status, response in case.operation.responses.items():
        if not (is_generated and status.startswith("2")):  # an example would be answered in its place
            contents += response.contents.values()
    assert contents
    for content in contents:
        assert content.examples, f"no example at {content.source.place()}"


def test_every_mark_of_provenance_says_which_and_why(name: str) -> None:
    found = list(marks(CONTRACTS[name].document))
    assert found
    for mark in found:
        assert mark.provenance in ("observed", "inferred", "assumed"), mark.place
        assert mark.reason, mark.place


def test_every_guess_is_on_the_vendors_page(name: str) -> None:
    api = load_apis(find_files(names=[name]))[name]
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    for switch in api.switches:
        assert f"`{switch.name}`" in page
    for operation in api.contract.operations:
        assert operation.path in page


_MARK = "documented|observed|inferred|assumed|generated|not served"


def test_the_vendors_page_says_of_every_operation_what_it_is_known_from(name: str) -> None:
    """In a row of marks, `| observed | `GET /a`, `GET /b` |`, or at the end of the operation's own row."""
    page, api = (PAGES / f"{name}.md").read_text(encoding="utf-8"), APIS[name]
    assert f"{len(api.contract.operations)} operations: {provenances(api)}." in page
    told: dict[str, str] = {}
    for mark, row in re.findall(rf"^\| ({_MARK}) \| (.+) \|$", page, re.MULTILINE):
        told |= dict.fromkeys(re.findall(r"`([A-Z]+ /\S+)`", row), mark)
    told |= dict(re.findall(rf"^\| `([A-Z]+ /\S+)` \| .+ \| ({_MARK}) \|$", page, re.MULTILINE))
    others = re.search(rf"^\| ({_MARK}) \| all others \|$", page, re.MULTILINE)
    marked = {f"{one.method} {one.path}": word for word, known in known_from(api).items() for one in known}
    assert told.keys() <= marked.keys()
    assert {key: told.get(key, others and others[1]) for key in marked} == marked
