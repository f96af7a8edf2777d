"""What tests share: a mock of the bundled APIs, and one of a home that the test writes."""

from __future__ import annotations

import gc
import itertools
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from mockade.background.autosave import AutoSave
from mockade.contract.kept_files import SWITCH
from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock
from tests.live import Live

# Compiling the tests anew takes eight seconds of each worker, and our modules a part of each server's start:
# their bytecode is kept, even where that is turned off.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# So are contracts as they were read, beside what pytest keeps and not in the folder of who runs the tests.
os.environ[SWITCH] = str(Path(__file__).parents[1] / ".pytest_cache" / "contracts")
# Commands would report to the job that runs the tests.
os.environ.pop("GITHUB_ACTIONS", None)
UNSEEN = {("passed", "setup"), ("passed", "teardown")}
"""Reports, by outcome and phase, of which pytest shows nothing."""

LONGEST = (
    "tests/test_schemathesis",
    "tests/test_wheel",
    "tests/test_container_image",
    "tests/test_reliability",
)

_folders = itertools.count()


@pytest.fixture
def make_mock() -> Iterator[Callable[..., Mock]]:
    """Makes mocks (see `Mock`), and closes them when the test is over.

    Files of a home are loaded once for all tests whose homes say the same, but for those that want it `anew`.
    """
    made: list[Mock] = []

    def make(*names: str, **options: Any) -> Mock:
        made.append(Mock(*names, **{"anew": False, **options}))
        return made[-1]

    yield make
    for mock in made:
        mock.close()


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As pytest's own, which reads the names of all former folders to number the next."""
    name = re.sub(r"\W", "_", request.node.name)[:30]
    folder = tmp_path_factory.getbasetemp() / f"{name}-{next(_folders)}"
    folder.mkdir(0o700)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Callable[..., Path]:
    """Writes a home: `home(specs={"x.yaml": text}, fixtures={…}, apis={…})` answers its folder."""

    def write(**folders: dict[str, str]) -> Path:
        for folder, files in folders.items():
            for name, text in files.items():
                path = tmp_path / "home" / folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        return tmp_path / "home"

    return write


@pytest.fixture
def serve(home: Callable[..., Path], make_mock: Callable[..., Mock]) -> Callable[..., Mock]:
    """Serves one contract of a home: `serve(contract, fixtures, handlers)`; its stem is `shop`."""

    def start(spec: str, fixtures: str = "", handlers: str = "", **settings: Any) -> Mock:
        apis = {"apis": {"shop.py": handlers}} if handlers else {}
        folder = home(specs={"shop.yaml": spec}, fixtures={"shop.yaml": fixtures}, **apis)
        return make_mock(home=folder, **settings)

    return start


@pytest.fixture
def live(home: Callable[..., Path]) -> Iterator[Callable[..., Live]]:
    """Serves one contract of a home; its stem is `shop`."""
    made: list[Live] = []

    def start(spec: str = contract(crud("/widgets")), fixtures: str = WIDGETS, handlers: str = "") -> Live:
        apis = {"apis": {"shop.py": handlers}} if handlers else {}
        made.append(Live(home, specs={"shop.yaml": spec}, fixtures={"shop.yaml": fixtures}, **apis))
        return made[-1]

    yield start
    for one in made:
        one.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.json"


@pytest.fixture
def keep(path: Path) -> Iterator[Callable[[Mock], AutoSave]]:
    """Keeps a mock's worlds in `path`, until the test is over."""
    made: list[AutoSave] = []

    def start(mock: Mock) -> AutoSave:
        made.append(AutoSave(path, mock.worlds, lambda: mock.apis))
        return made[-1]

    yield start
    for autosave in made:
        try:
            autosave.close()
        except OSError:
            continue  # the test has closed it


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Three for two cores: tests of servers and stores wait for a third of their time."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


def pytest_configure(config: pytest.Config) -> None:
    """Workers tell of a test that passed once: what xdist sends beside that takes longer than most tests."""
    if config.option.durations is not None or config.option.xmlpath:
        return  # they tell how long setup and teardown took
    for plugin in config.pluginmanager.get_plugins():
        if type(plugin).__name__ == "WorkerInteractor":
            plugin.sendevent = partial(_send_what_is_shown, plugin.sendevent)


def _send_what_is_shown(send: Callable[..., None], event: str, **facts: Any) -> None:
    report = facts.get("data", {}) if event == "testreport" else {}
    if event == "logstart" or (report.get("outcome"), report.get("when")) in UNSEEN:
        return
    if report.get("outcome") == "passed":
        report["keywords"] = {}
    send(event, **facts)


def pytest_collectstart(collector: pytest.Collector) -> None:
    """In a fresh clone each worker compiles a share of the tests, and then reads what the others compiled."""
    worker = getattr(collector.config, "workerinput", None)
    if worker is None or not isinstance(collector, pytest.Session) or collector.config.args != ["tests"]:
        return
    folder = Path(__file__).parent
    files = sorted(folder.rglob("test_*.py"))[
        int(worker["workerid"].removeprefix("gw")) :: worker["workercount"]
    ]
    for file in files:
        with suppress(Exception, pytest.skip.Exception):  # it is told when the module's tests are collected
            import_module(".".join(file.relative_to(folder.parent).with_suffix("").parts))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests first: at the end they would run alone, and the other cores would wait for them."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_collection_finish() -> None:
    """What was imported and collected stays: the garbage collector need not go through it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
