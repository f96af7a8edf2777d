"""The switches of a module, set by its fixtures."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mockade.catalogue.files import bundled, find_files
from mockade.catalogue.loading import load_apis
from mockade.errors import SetupError
from tests.apis.behaviours import switched
from tests.contracts import answers, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]
MODULE = """
from mockade.handling import Collection, Switch

behaviour = (
    Switch("greeting", "hello", "nobody says"),
    Switch("colour", "red", "a guess", ("red", "blue")),
)
collections = (Collection("widgets", holds="Widget", absent=("gone", "{key} left {collection}")),)

def get_mood(call):
    return [call.behaviour["greeting"], call.behaviour["colour"]]

def on_start(call):
    call.rows("widgets").add({"id": "born", "name": call.now()})
"""


def spec() -> str:
    return contract({**crud("/widgets"), "/mood": {"get": answers(200, {})}})


def findings_of(serve: Serve, *files: str) -> list[str]:
    with pytest.raises(SetupError) as stopped:
        serve(*files)
    return [str(finding) for finding in stopped.value.findings]


def test_a_guess_can_be_switched_in_the_fixtures(serve: Serve) -> None:
    assert serve(spec(), "", MODULE).get("/mood").json() == ["hello", "red"]
    mock = serve(spec(), "behaviour: {greeting: hi, colour: blue}", MODULE)
    assert mock.get("/mood").json() == ["hi", "blue"]


def test_switches_that_are_not_there_or_set_wrongly_stop_the_start(serve: Serve) -> None:
    findings = findings_of(serve, spec(), "behaviour:\n  greting: x\n  greeting: 3\n  colour: green", MODULE)
    assert len(findings) == 3
    assert "shop.yaml:2:3" in findings[0]
    assert "Did you mean 'greeting'?" in findings[0]
    assert "greeting takes text, not 3" in findings[1]
    assert "It can be: red, blue." in findings[2]


@pytest.mark.parametrize("value", ["404.0", "true", "'404'"])
def test_a_switch_takes_its_choices_to_the_letter(home: Callable[..., Path], value: str) -> None:
    text = (bundled("fixtures") / "meshmap.yaml").read_text()
    changed = re.sub(r"register_twice: \d+", f"register_twice: {value}", text)
    with pytest.raises(SetupError, match="register_twice cannot be"):
        load_apis(find_files(home(fixtures={"meshmap.yaml": changed}), ["meshmap"]))


@pytest.mark.parametrize(
    ("stem", "name", "value", "said"),
    [
        ("rallyhere_notification", "kept_notifications", 0, "It is a whole number from 1."),
        ("rallyhere_notification", "kept_notifications", -5, "It is a whole number from 1."),
        ("rallyhere_users", "player_permissions", [7], "Each of player_permissions is text, not 7."),
        ("rallyhere_users", "host_permissions", ["a", None], "Each of host_permissions is text, not None."),
        ("rallyhere_users", "access_token_seconds", 0, "It is a whole number from 1."),
        ("rallyhere_config", "organisation", "notuuid", "It is a UUID"),
        ("rallyhere_friends", "most_friends", -1, "It is a whole number from 0."),
        ("rallyhere_presence", "self_ping_interval_seconds", -1, "It is a whole number from 0."),
    ],
)
def test_a_switch_with_which_no_call_could_be_answered_is_refused_at_its_line(
    home: Callable[..., Path], stem: str, name: str, value: object, said: str
) -> None:
    with pytest.raises(SetupError) as stopped:
        load_apis(find_files(home(fixtures=switched(stem, **{name: value})), [stem]))
    (told,) = map(str, stopped.value.findings)
    assert said in told
    assert re.search(rf"{stem}\.yaml:\d+:\d+", told)
