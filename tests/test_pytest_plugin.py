"""The pytest plug-in: a world per test, a verdict at its end, and silence until it is used."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from fnmatch import fnmatch

import httpcore  # noqa: F401  # httpx loads it late: an inner run would take it away again, and its errors with it
import pytest

import mockade.testing  # noqa: F401  # else every inner run would load the engine anew
from mockade.cli.exec import execute
from mockade.cli.serve import serve
from mockade.pytest_plugin import SETTINGS, world_name
from mockade.settings import Settings
from tests.contracts import REF, WIDGETS, answers, contract, crud

HELPERS = """
    import json, urllib.request

    def ask(mockade, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"}
        sent = urllib.request.Request(mockade.url + path, data, kind, method=method)
        try:
            with urllib.request.urlopen(sent) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, json.loads(refusal.read() or b"null")
"""

SHOP = contract(crud("/widgets"))

Suite = Callable[..., pytest.RunResult]


@pytest.fixture
def suite(pytester: pytest.Pytester) -> Suite:
    """Runs a test module against a shop of widgets: `suite(text, "-n2", handlers=…)`."""

    def run(text: str, *words: str, ini: str = "", handlers: str = "", spec: str = SHOP) -> pytest.RunResult:
        for folder, file, content in (
            ("specs", "shop.yaml", spec),
            ("fixtures", "shop.yaml", WIDGETS),
            ("apis", "shop.py", handlers),
        ):
            if content:
                path = pytester.path / "shop" / folder / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8")
        pytester.makeini(f"[pytest]\nmockade_home = shop\n{ini}")
        pytester.makepyfile(textwrap.dedent(HELPERS) + textwrap.dedent(text))
        # Each of these suites is a start of pytest, which Schemathesis's plug-in would make a second slower,
        # and the end of one, where that of unraisable exceptions has all garbage of this process collected.
        left_out = ("cacheprovider", "schemathesis", "unraisableexception")
        return pytester.runpytest(*(word for name in left_out for word in ("-p", f"no:{name}")), *words)

    return run


def test_each_test_has_a_world_of_its_own(suite: Suite) -> None:
    result = suite(
        """
        import pytest

        @pytest.mark.parametrize("turn", range(3))
        def test_first_write(mockade, turn):
            assert [widget["id"] for widget in ask(mockade, "GET", "/widgets")[1]] == ["w1", "w2"]
            assert ask(mockade, "DELETE", "/widgets/w1")[0] == 204
            assert ask(mockade, "GET", "/widgets/w1")[0] == 404

        def test_time_moves_in_this_world_alone(mockade):
            mockade.clock.freeze("2030-01-01T00:00:00Z")
            mockade.clock.advance("1h")
            assert mockade.clock.now().hour == 1

        def test_another_one_has_the_time_of_day(mockade):
            assert mockade.clock.now().year < 2030
        """
    )
    result.assert_outcomes(passed=5)


def test_the_worlds_of_tests_that_are_over_are_gone(suite: Suite) -> None:
    result = suite(
        """
        def test_one(mockade):
            mockade.fork("extra")

        def test_two(mockade, mockade_server):
            assert [world["name"] for world in mockade_server.worlds()] == ["default"]
        """
    )
    result.assert_outcomes(passed=2)


def test_a_test_that_broke_the_contract_fails_at_its_end_with_the_line_of_the_contract(suite: Suite) -> None:
    result = suite(
        """
        def test_sends_nonsense(mockade):
            assert ask(mockade, "POST", "/widgets", {"name": 7})[0] == 400
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "The contract was broken by #1 POST /widgets 400",
            "    body /name: Expected string, got integer 7.  [[]shop/specs/shop.yaml:*:*]",
        ]
    )


def test_a_break_in_a_world_that_the_test_made_counts_too(suite: Suite) -> None:
    result = suite(
        """
        def test_sends_nonsense_to_a_fork_of_a_fork(mockade):
            ask(mockade.fork("one").fork("two"), "POST", "/widgets", {"name": 7})

        def test_sends_nonsense_to_a_new_world(mockade):
            ask(mockade.make("one", seed=7), "POST", "/widgets", {"name": 7})

        def test_finds_none_of_them_any_more(mockade, mockade_server):
            assert [world["name"] for world in mockade_server.worlds()] == ["default"]
        """
    )
    result.assert_outcomes(failed=2, passed=1)


def test_a_marked_test_may_break_the_contract(suite: Suite) -> None:
    result = suite(
        """
        import pytest

        @pytest.mark.breaks_contract
        def test_on_purpose(mockade):
            assert ask(mockade, "POST", "/widgets", {"name": 7})[0] == 400
        """,
        "--strict-markers",
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("ini", "words", "failed"),
    [
        ("violation unanswered", "", {"wrong", "unanswered"}),
        ("notice", "", {"undeclared", "wrong"}),
        ("limitation", "", {"limited"}),
        ("empty", "", {"silent"}),
        ("never", "", set()),
        (
            "never",
            "--mockade-fail-on unanswered --mockade-fail-on notice",
            {"undeclared", "wrong", "unanswered"},
        ),
    ],
)
def test_what_fails_a_test_can_be_chosen(suite: Suite, ini: str, words: str, failed: set[str]) -> None:
    result = suite(
        """
        def test_undeclared(mockade):
            ask(mockade, "GET", "/widgets?extra=1")

        def test_wrong(mockade):
            ask(mockade, "POST", "/widgets", {"name": 7})

        def test_unanswered(mockade):
            assert ask(mockade, "GET", "/bills")[0] == 501

        def test_limited(mockade):
            ask(mockade, "POST", "/widgets/w1/polish")

        def test_silent(mockade):
            pass
        """,
        *words.split(),
        ini=f"mockade_fail_on = {ini}",
        spec=contract(
            crud("/widgets") | {"/widgets/{id}/polish": {"post": answers(200, REF)}},
            **{"x-not-served": {"documented": ["/bills"]}},
        ),
    )
    outcomes = {one: f"FAILED *::test_{one}*" for one in failed}
    result.assert_outcomes(failed=len(failed), passed=5 - len(failed))
    for line in outcomes.values():
        result.stdout.fnmatch_lines([line])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--mockade-fail-on", "violations"], "mockade_fail_on is 'violations'; it can be violation, notice"),
        (["--mockade-fail-on", "never", "--mockade-fail-on", "fault"], "never leaves nothing for another"),
    ],
)
def test_a_gate_that_there_is_not_stops_pytest(suite: Suite, words: list[str], message: str) -> None:
    result = suite("def test_nothing(): pass", *words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{message}*"])


def test_a_bug_of_the_mock_fails_the_test_with_its_traceback_marked_or_not(suite: Suite) -> None:
    result = suite(
        """
        import pytest

        @pytest.mark.breaks_contract
        def test_meets_a_bug(mockade):
            assert ask(mockade, "GET", "/widgets")[0] == 500
        """,
        handlers="def get_widgets(call):\n    return 1 / 0\n",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "The mock is at fault in #1 GET /widgets 500",
            "*return 1 / 0",
            "ZeroDivisionError: division by zero",
        ]
    )


def test_assert_called_counts_and_compares(suite: Suite) -> None:
    result = suite(
        """
        def test_calls(mockade):
            for name in ("a", "b"):
                ask(mockade, "POST", "/widgets", {"name": name})
            assert len(mockade.assert_called("post_widgets")) == 2
            mockade.assert_called("shop.post_widgets", times=2)
            mockade.assert_called("post_widgets", times=1, body={"name": "b"})
            mockade.assert_called("get_widgets", times=0)
        """
    )
    result.assert_outcomes(passed=1)


def test_an_expectation_that_fails_shows_the_nearest_requests_that_did_arrive(suite: Suite) -> None:
    result = suite(
        """
        def test_miss(mockade):
            ask(mockade, "POST", "/widgets", {"name": "a"})
            mockade.assert_called("post_widgets", body={"name": "b"})

        def test_count(mockade):
            ask(mockade, "GET", "/widgets")
            mockade.assert_called("get_widgets", times=2)

        def test_silence(mockade):
            mockade.assert_called("get_widgets")

        def test_misspelt(mockade):
            mockade.assert_called("get_widgts")
        """
    )
    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines(
        [
            "*post_widgets was called 0 times with body={'name': 'b'}, not at least once.",
            "*The nearest requests that did arrive:",
            "*#1 POST /widgets 201",
            '*body/name: "b" is wanted, and it is "a"',
            "*get_widgets was called once, not 2 times.",
            "*#1 GET /widgets 200",
            "*No request arrived in the world 'test-silence-*': did the client use http://*",
            "*No API has an operation 'get_widgts'. Did you mean 'get_widgets'?",
        ]
    )


def test_a_test_that_fails_by_itself_shows_its_requests(suite: Suite) -> None:
    result = suite(
        """
        def test_other_reason(mockade):
            ask(mockade, "GET", "/widgets/nope")
            assert False
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*- Captured mockade call -*", "*#1 GET /widgets/nope 404  *nope*"])


def test_each_setting_is_an_option_of_a_command_and_of_the_ini_file(suite: Suite) -> None:
    of_servers = {"store", "store_prefix"}  # the worlds of a test are its own
    for command in (serve, execute):
        options = {option.name for option in command.params} & set(Settings._fields)
        assert set(SETTINGS) == options - of_servers
    ini = """
    mockade_seed = 7
    mockade_strict = true
    mockade_closed = true
    mockade_unanswered = 501
    mockade_idle = 1m30s
    mockade_patience = 2.5
    mockade_cors = http://a.example http://b.example
    mockade_worlds = 9
    """
    result = suite(
        """
        def test_the_server_has_them(mockade_options):
            assert mockade_options.pop("home").name == "shop"
            assert mockade_options == {
                "names": [], "seed": 7, "strict": True, "closed": True, "unanswered": "501", "idle": 90.0,
                "patience": 2.5, "cors": ("http://a.example", "http://b.example"), "worlds": 9,
            }
        """,
        ini=textwrap.dedent(ini),
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("mockade_strict_contract = true", "*A path begins with a slash.*"),
        ("mockade_seed = x", "*mockade_seed is 'x'; it is a whole number.*"),
        ("mockade_worlds = -1", "*mockade_worlds is '-1'; it is a whole number.*"),
        ("mockade_unanswered = 404", "*mockade_unanswered is '404'; it can be generated, 501.*"),
        ("mockade_idle = soon", "*mockade_idle: 'soon' is no duration*"),
    ],
)
def test_a_setting_of_the_ini_file_that_cannot_be_says_so(suite: Suite, line: str, told: str) -> None:
    slip = contract({**crud("/widgets"), "other": {"get": answers(204)}})
    result = suite("def test_it(mockade): pass", ini=line, spec=slip)
    assert result.ret
    assert fnmatch(result.stdout.str() + result.stderr.str(), told)


def test_it_works_in_parallel(suite: Suite, pytester: pytest.Pytester) -> None:
    result = suite(
        """
        import pytest

        @pytest.mark.parametrize("turn", range(20))
        def test_alone(mockade, turn):
            assert ask(mockade, "POST", "/widgets", {"id": "mine", "name": str(turn)})[0] == 201
            assert ask(mockade, "GET", "/widgets/mine")[1]["name"] == str(turn)
            assert len(ask(mockade, "GET", "/widgets")[1]) == 3
        """,
        "-n2",
        "--mockade-report=json:report.json",
    )
    result.assert_outcomes(passed=20)
    report = json.loads((pytester.path / "report.json").read_text(encoding="utf-8"))
    assert (report["failed"], report["requests"]) == (False, 60), "of both workers"
    assert {one["operation"]: one["requests"] for one in report["operations"]} == {
        "post_widgets": 20,
        "get_widgets_id": 20,
        "get_widgets": 20,
    }
    assert report["coverage"]["totals"]["operations"]["seen"] == 3


def test_a_report_has_what_failed_and_not_what_was_broken_on_purpose(
    suite: Suite, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    result = suite(
        """
        import pytest

        @pytest.mark.breaks_contract
        def test_on_purpose(mockade):
            ask(mockade, "GET", "/nowhere")

        def test_wrong(mockade):
            ask(mockade, "POST", "/widgets", {"id": 7})
        """,
        "--mockade-report=junit:out/junit.xml",
        "-q",  # which leaves the line of the progress open
    )
    result.assert_outcomes(passed=1, failed=1)
    found = (pytester.path / "out" / "junit.xml").read_text(encoding="utf-8")
    assert 'tests="4" failures="1"' in found
    assert "nowhere" not in found
    result.stdout.fnmatch_lines(["::error file=*shop.yaml,line=*"])


def test_too_little_coverage_fails_the_run_with_what_is_missing(suite: Suite) -> None:
    test = "def test_x(mockade): ask(mockade, 'GET', '/widgets')"
    result = suite(test, "--mockade-min-coverage=30", "--mockade-min-coverage=statuses=10")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["Coverage of operations is 16.6 % (1 of 6), and 30 % is*"])
    result.stdout.no_fnmatch_line("Coverage of statuses*")
    assert suite(test, "--mockade-min-coverage=30", "--mockade-coverage-ignore=*_id").ret == 0
    wrong = suite(test, "--mockade-min-coverage=most")
    assert wrong.ret == pytest.ExitCode.USAGE_ERROR
    wrong.stderr.fnmatch_lines(["*--mockade-min-coverage: 'most' has no percentage from 0 to 100*"])


@pytest.mark.parametrize("words", ["xml", "json:."])
def test_a_report_that_cannot_be_made_is_said_before_any_test(suite: Suite, words: str) -> None:
    result = suite("def test_x(mockade): pass", f"--mockade-report={words}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--mockade-report: *"])


def test_files_that_do_not_fit_fail_the_test_with_every_finding(suite: Suite) -> None:
    result = suite("def test_x(mockade): pass", handlers="def get_widgts(call): pass\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*The handler get_widgts answers no operation of shop.yaml.*"])
    result.stdout.fnmatch_lines(["The mock cannot be served: *shop.py:1:1: *"])
    assert "During handling" not in result.stdout.str()


def test_how_many_rows_there_are_without_a_fixture_file_can_be_chosen(suite: Suite) -> None:
    text = "def test_rows(mockade_options): assert mockade_options['rows'] == 2"
    suite(text, ini="mockade_rows = 2").assert_outcomes(passed=1)
    refused = suite(text, ini="mockade_rows = many")
    assert "mockade_rows is 'many'; it is a whole number from 0 to 1000." in str(refused.stderr)


def test_a_suite_that_does_not_use_it_starts_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import sys\ndef test_x(): assert 'mockade.app' not in sys.modules")
    pytester.runpytest_subprocess("-p", "no:schemathesis").assert_outcomes(passed=1)


def test_a_worlds_name_can_be_read_and_is_no_other_tests() -> None:
    one = world_name("tests/test_a.py::TestThing::test_Something[a/b-1]")
    assert one.startswith("test-something-a-b-1-")
    assert one != world_name("tests/test_b.py::TestThing::test_Something[a/b-1]")
    assert len(world_name("x::" + "y" * 300)) <= 64
