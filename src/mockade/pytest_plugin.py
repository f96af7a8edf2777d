"""The pytest plug-in: a mock for the whole session, and a world for each test that asks for it.

pytest loads it wherever Mockade is installed; the engine is imported when a test asks for a fixture.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Iterator
from contextlib import suppress
from typing import Any

import pytest

from mockade.reports.gates import DEFAULT_GATES, GATES

MARK = "breaks_contract"
_WORLD = pytest.StashKey[Any]()
_REPORTED = pytest.StashKey[str]()
"""The violations and bugs that were reported for a test when it was over."""

_REPORT = pytest.StashKey[Any]()
"""The report of the session (mockade.reports.suite.SuiteReport), where one was asked for."""

SETTINGS = {
    "seed": "Where ids and chance come from.",
    "rows": "Rows that a collection starts with where no fixture file says (3).",
    "strict": "Refuse what the contract does not declare.",
    "closed": "Do not serve where the fixtures hold no credentials for a security scheme.",
    "strict_contract": "Do not serve a contract that has slips.",
    "unanswered": "What operations answer that nobody answers: generated or 501.",
    "requests": "What becomes of requests that break the contract: refuse or warn.",
    "max_body": "The largest request body, in bytes.",
    "patience": "How long a request may take to come (20s).",
    "cors": "Origins whose pages may call the APIs.",
    "allow_webhooks": "Hosts besides this machine that webhooks are sent to.",
    "token": "What the control API asks for.",
    "worlds": "How many worlds there may be.",
    "idle": "After how long a world that nobody uses goes (1h); 0 lets none go.",
    "journal": "How many entries a world's journal keeps; 0 keeps none.",
    "ignore": "Rules of notices that are not told: RULE or RULE:OPERATION.",
}
"""The fields of mockade.settings.Settings that an ini option sets, each behind `mockade_`."""

_GATES = ", ".join(GATES)

_CHOICES = {"unanswered": ("generated", "501"), "requests": ("refuse", "warn")}
_OPTIONS = {
    "report": (
        "FORMAT[:FILE]",
        "Write a report of what the tests' worlds received: json, junit, sarif, html, github or text.",
    ),
    "fail-on": ("GATE", f"What fails a test at its end, in place of the ini file: {_GATES}."),
    "min-coverage": ("N|KIND=N", "Fail where less of the contracts was seen, in percent (docs/coverage.md)."),
    "coverage-ignore": ("PATTERN", "Leave operations, or items, out of coverage."),
}
"""Options that may be given several times, each behind `--mockade-`."""
_FLAGS = ("strict", "closed", "strict_contract")
_LISTS = ("cors", "allow_webhooks", "ignore")
_NUMBERS = ("seed", "rows", "max_body", "worlds", "journal")
_DURATIONS = ("patience", "idle")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mockade")
    for name, (metavar, text) in _OPTIONS.items():
        group.addoption(f"--mockade-{name}", action="append", default=[], metavar=metavar, help=text)
    parser.addini("mockade_apis", "Documents, folders (from the rootdir), addresses, names to serve.", "args")
    parser.addini("mockade_home", "A folder with specs/, fixtures/, apis/, from the rootdir.", "string", "")
    for name, text in SETTINGS.items():
        if name in _FLAGS:
            parser.addini(f"mockade_{name}", text, "bool", False)
        elif name in _LISTS:
            parser.addini(f"mockade_{name}", text, "args")
        else:
            parser.addini(f"mockade_{name}", text, "string", "")
    parser.addini("mockade_fail_on", f"What fails a test at its end: {_GATES}.", "args", DEFAULT_GATES)


def pytest_configure(config: pytest.Config) -> None:
    from mockade.settings import MOST_ROWS

    for gate in (gates := _gates(config)):
        if gate not in GATES:
            raise pytest.UsageError(f"mockade_fail_on is {gate!r}; it can be {_GATES}.")
    if "never" in gates and len(gates) > 1:
        raise pytest.UsageError("mockade_fail_on: never leaves nothing for another to say.")
    for name in _NUMBERS:
        text = config.getini(f"mockade_{name}")
        is_number = bool(re.fullmatch(r"-?[0-9]+" if name == "seed" else r"[0-9]+", text))
        if text and not (is_number and (name != "rows" or int(text) <= MOST_ROWS)):
            bounds = f" from 0 to {MOST_ROWS}" if name == "rows" else ""
            raise pytest.UsageError(f"mockade_{name} is {text!r}; it is a whole number{bounds}.")
    for name, choices in _CHOICES.items():
        chosen = config.getini(f"mockade_{name}")
        if chosen not in ("", *choices):
            raise pytest.UsageError(f"mockade_{name} is {chosen!r}; it can be {', '.join(choices)}.")
    _prepare_report(config)
    config.addinivalue_line("markers", f"{MARK}: this test breaks a contract on purpose, and is to pass.")


def _gates(config: pytest.Config) -> list[Any]:
    """What fails a test at its end: as the command line says, else the ini file."""
    return list(config.getoption("mockade_fail_on") or config.getini("mockade_fail_on"))


def _prepare_report(config: pytest.Config) -> None:
    """Try the files of the reports that are asked for; under xdist a worker only collects."""
    from mockade.reports.formats import Output, on_github

    words, asked = config.getoption("mockade_report"), config.getoption("mockade_min_coverage")
    if not words and not asked and not on_github():
        return
    from mockade.coverage.thresholds import Thresholds
    from mockade.errors import SetupError
    from mockade.reports.suite import SuiteReport

    option, is_part = "--mockade-min-coverage", hasattr(config, "workerinput")
    try:
        thresholds = Thresholds.parse(asked, config.getoption("mockade_coverage_ignore"))
        option = "--mockade-report"
        outputs = [Output.parse(word) for word in words]
        config.stash[_REPORT] = SuiteReport(outputs, _gates(config), thresholds=thresholds, is_part=is_part)
    except (ValueError, SetupError) as error:
        raise pytest.UsageError(f"{option}: {error}") from None


@pytest.fixture(scope="session")
def mockade_options(pytestconfig: pytest.Config) -> dict[str, Any]:
    """The arguments of the session's MockServer, from the ini file; override it for others."""
    from mockade.catalogue.selection import anchored

    folder = pytestconfig.getini("mockade_home")
    home = pytestconfig.rootpath / folder if folder else None
    return {
        "names": anchored(pytestconfig.getini("mockade_apis"), pytestconfig.rootpath, home),
        "home": home,
        **_settings(pytestconfig),
    }


def _settings(config: pytest.Config) -> dict[str, Any]:
    """The settings that the ini file gives."""
    from mockade.state.clock import duration

    found: dict[str, Any] = {}
    for name in SETTINGS:
        value = config.getini(f"mockade_{name}")
        if not value:
            continue
        if name in _NUMBERS:
            value = int(value)
        elif name in _DURATIONS:
            try:
                value = float(value) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", value) else duration(value)
            except ValueError as error:
                pytest.fail(f"mockade_{name}: {error}, or seconds.", pytrace=False)
        found[name] = tuple(value) if name in _LISTS else value
    return found


@pytest.fixture(scope="session")
def mockade_server(mockade_options: dict[str, Any], pytestconfig: pytest.Config) -> Iterator[Any]:
    """A mock on a free port (mockade.testing.MockServer), for the session; with xdist one for each worker."""
    from mockade.errors import SetupError
    from mockade.testing import MockServer

    names = mockade_options.get("names", ())
    options = {name: value for name, value in mockade_options.items() if name != "names"}
    fault = ""
    try:
        server = MockServer(*names, **options).start()
    except SetupError as error:
        fault = str(error)
    if fault:  # not while that one is handled: it would be shown a second time
        pytest.fail(f"The mock cannot be served: {fault}", pytrace=False)
    report = pytestconfig.stash.get(_REPORT, None)
    if report is not None:
        report.served(server.served)
    yield server
    server.stop()


@pytest.fixture
def mockade(mockade_server: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A world of the session's mock for this test alone (mockade.testing.World).

    `mockade.url` is for the client that is tested.
    A test that broke the contract fails at its end, unless it is marked `breaks_contract`.
    """
    from mockade.client.remote import ControlError

    world = request.node.stash[_WORLD] = mockade_server.other(world_name(request.node.nodeid))
    yield world
    late = _failures(world, request.node)
    _collect(world, request.node)
    for one in (world, *world.made):
        with suppress(ControlError):  # nobody has used it, or the test has deleted it
            one.delete()
    if late and late != request.node.stash.get(_REPORTED, ""):
        pytest.fail(late, pytrace=False)  # the teardown of another fixture broke it


@pytest.fixture
def mockade_players(mockade: Any) -> Any:
    """Makes scripted players in the test's world: `mockade_players("rallyhere", players=3)`.

    They are mockade.bots.players.Players, and act as `advance` moves the world's clock, which is frozen.
    """
    if mockade.clock.get()["mode"] == "real":
        mockade.clock.freeze()
    return mockade.play


def world_name(node: str) -> str:
    """A readable and unique name for a test's world."""
    words = re.sub(r"[^a-z0-9]+", "-", node.rpartition("::")[2].lower()).strip("-") or "test"
    return f"{words[:40]}-{hashlib.blake2b(node.encode(), digest_size=6).hexdigest()}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test that passed by the violations and bugs in its world's journal."""
    try:
        result = yield
    except BaseException:
        world = item.stash.get(_WORLD, None)
        if world is not None:
            section = item.stash[_REPORTED] = _section(world, item)
            item.add_report_section("call", "mockade", section)
        raise
    world = item.stash.get(_WORLD, None)
    failures = item.stash[_REPORTED] = _failures(world, item) if world is not None else ""
    if failures:
        pytest.fail(failures, pytrace=False)
    return result


def _failures(world: Any, item: pytest.Item) -> str:
    """What fails a test by its gates, as text; a bug of the mock always does."""
    gates = _gates(item.config)
    found = []
    for one in (world, *world.made):
        found += one.bugs()
        if gates != ["never"] and item.get_closest_marker(MARK) is None:
            found += one.breaches(gates=gates)
    return "\n".join(found)


def _section(world: Any, item: pytest.Item) -> str:
    """The report section of a test that failed by itself: its violations, else its last requests."""
    from mockade.client.remote import ControlError

    try:
        return _failures(world, item) or "\n".join(world.history()[-20:])
    except ControlError as error:
        return f"The journal cannot be had: {error}"


def _collect(world: Any, item: pytest.Item) -> None:
    """Add what a test's worlds received to the report; not of one that breaks the contract on purpose."""
    from mockade.client.remote import ControlError

    report = item.config.stash.get(_REPORT, None)
    if report is None or item.get_closest_marker(MARK) is not None:
        return
    for one in (world, *world.made):
        with suppress(ControlError):  # nobody has used it, or the test has deleted it
            report.add(one.journal.entries())


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take in the report of a worker of xdist."""
    packed = getattr(node, "workeroutput", {}).get("mockade_report")
    if packed is not None:
        node.config.stash[_REPORT].add_packed(packed)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the reports, or send this worker's to who writes them."""
    report = session.config.stash.get(_REPORT, None)
    if report is None:
        return
    from mockade.errors import SetupError

    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["mockade_report"] = report.packed()
        return
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    try:
        if not report.write(terminal.write_line if terminal is not None else print):
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
    except SetupError as error:
        if terminal is not None:
            terminal.write_line(str(error), red=True)
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
