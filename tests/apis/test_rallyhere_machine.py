"""RallyHere's core under thousands of legal and illegal steps: what must hold, holds after every one.

MOCKADE_FUZZ is the budget, 16 runs of 150 steps each for 1 (100 for a long night), and lets chance choose the
steps; without it there are six runs, the same every time.
"""

from __future__ import annotations

import os
from typing import Any, ClassVar
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mockade.state.rows import Row
from tests.apis.rallyhere import ADA, BEN, CLEO, DOV, SESSION, SETTINGS
from tests.apis.rallyhere_answers import assert_published
from tests.harness import Mock

FUZZ = float(os.environ.get("MOCKADE_FUZZ", "0"))
RUNS = round(16 * FUZZ) or 6
UUIDS = {
    "ada": ADA,
    "ben": BEN,
    "cleo": CLEO,
    "dov": DOV,
    "admin": "a0000000-0000-4000-8000-000000000005",
    "server": "a0000000-0000-4000-8000-000000000007",
}
TOKENS = {uuid: token for token, uuid in UUIDS.items()}
SEES_ALL = ("admin", "server")
NAMES = ("c3R/YW0=", "bG9iYnk=")

anyone = st.sampled_from(
    ("leader", "leader", "leader", "host", "ada", "ben", "cleo", "dov", "admin", "server", "outsider")
)
player = st.sampled_from(("ada", "ben", "cleo", "dov"))
somebody = st.sampled_from(("member", "member", "ada", "ben", "cleo", "dov"))
which = st.sampled_from((0, 0, 1, 1, 2, 3, 4, 7))
team = st.sampled_from((0, 0, 0, 0, 1, 1, 1, 9))
size = st.sampled_from((1, 1, 2, 3, 100))
status = st.sampled_from(("leader", "member", "invited", "reserved"))
overflow = st.sampled_from(
    ("fail", "allow_overflow", "partial_with_overflow", "partial_without_overflow", "overfill")
)
fitting = st.sampled_from(("fail", "allow_overflow", "partial_with_overflow", "partial_without_overflow"))
action = st.sampled_from((":invite", ":invite", ":move", ":promote", ""))
permission = st.sampled_from(("invite", "kick", "move"))
changing = st.sampled_from(("PATCH", "DELETE"))
step = st.sampled_from(("requested", "allocated", "pending", "joinable", "unjoinable", "closed"))
health = st.sampled_from(("healthy", "degraded", "unhealthy", "unknown"))
version = st.sampled_from(("1.0.0", "1.0.0", "1.2.3", "2.0.0"))


class Core(RuleBasedStateMachine):
    """Players, a server and an admin do what they like; some of it is refused."""

    mock: ClassVar[Mock]
    start: ClassVar[Any]

    def __init__(self) -> None:
        super().__init__()
        self.mock.world.state = self.start
        self.overfull: dict[tuple[str, int], int] = {}
        """How many players a team may have beyond its size, because somebody overfilled it."""
        self.seen: dict[tuple[str, str], dict[str, bytes]] = {}
        """By reader and session: what each ETag stood for."""
        self.lived: set[str] = set()
        """Sessions that somebody has been in."""
        self.closed: set[tuple[str, str]] = set()
        """Sessions with instances that have been seen closed."""
        self.read_of: Any = None
        self.read_rows: list[Row] = []

    def rows(self) -> list[Row]:
        """All sessions as they are now."""
        table = self.mock.state.table("rallyhere", "sessions")
        if self.read_of is not table:
            self.read_of, self.read_rows = table, [stored.row() for stored in table.rows.values()]
        return self.read_rows

    def one(self, number: int) -> str:
        """One of the sessions; some numbers are no session's."""
        order = [key for _, key in self.mock.state.table("rallyhere", "sessions").order.items()]
        return order[number % len(order)] if order and number < 7 else "nowhere"

    def token(self, who: str, path: str) -> str:
        """Whose token is sent: `leader` and `host` are those of the session that the path names."""
        row = next((row for row in self.rows() if row.key in path.partition("?")[0].split("/")), None)
        if who == "host":
            instance = row.get("instance", {}) if row else {}
            return TOKENS.get(instance.get("host_player_uuid", ""), "server")
        if who == "leader":
            sides = row["teams"] if row else []
            leaders = [
                one["player_uuid"] for side in sides for one in side["players"] if one["status"] == who
            ]
            return TOKENS.get(leaders[0] if leaders else "", "dov")
        return who

    def uuid(self, whom: str, session: str) -> str:
        """Who is meant: `member` is one of the session's, if it has any besides its leader."""
        row = next((row for row in self.rows() if row.key == session), None)
        inside = [one for side in row["teams"] for one in side["players"]] if row else []
        members = [one["player_uuid"] for one in inside if one["status"] == "member"]
        return UUIDS.get(whom) or (members[-1] if members else ADA)

    def send(self, method: str, path: str, who: str, body: Any = None, **headers: str) -> Any:
        """A call that is done, or refused in the vendor's envelope without having changed anything."""
        self.mock.world.run_due_events()
        who = self.token(who, path)
        before = self.mock.state
        options = {} if body is None else {"json": body}
        answer = self.mock.request(method, path, token=who, headers=headers, **options)
        assert answer.status_code < 500 or answer.headers["retry-after"] == "1", answer.text
        assert_published(self.mock.last.operation, answer)
        if answer.status_code >= 400:
            assert self.mock.state is before, answer.text
            assert answer.json().keys() in ({"auth_success", "error_code", "desc"}, {"detail"})
        return answer

    @rule(who=anyone, kind=st.sampled_from(("casual", "duel", "party", "ranked")), version=version)
    def create_or_join(self, who: str, kind: str, version: str) -> None:
        body = {"session_type": kind, "client_version": version, "client_settings": SETTINGS}
        self.send("POST", SESSION, who, body)

    @rule(who=anyone, number=which, team=team, status=status, version=version)
    def join(self, who: str, number: int, team: int, status: str, version: str) -> None:
        body = {"team_id": team, "status": status, "client_version": version, "client_settings": SETTINGS}
        self.send("POST", f"{SESSION}/{self.one(number)}/player/me", who, body)

    @rule(who=player, number=which, team=st.sampled_from((0, 1)))
    def come(self, who: str, number: int, team: int) -> None:
        """As `join`, with nothing that could be refused but for want of room or an invitation."""
        body = {"team_id": team, "client_version": "1.0.0", "client_settings": SETTINGS}
        self.send("POST", f"{SESSION}/{self.one(number)}/player/me", who, body)

    @rule(number=which, whom=somebody, team=team)
    def promote(self, number: int, whom: str, team: int) -> None:
        session = self.one(number)
        body = {"team_id": team, "status": "leader", "overflow_action": "allow_overflow"}
        self.send("POST", f"{SESSION}/{session}/player/{self.uuid(whom, session)}", "leader", body)

    @rule(who=anyone, number=which)
    def leave(self, who: str, number: int) -> None:
        self.send("DELETE", f"{SESSION}/{self.one(number)}/player/me", who)

    @rule(who=anyone, whom=somebody, number=which, team=team, status=status, overflow=overflow)
    def make(self, who: str, whom: str, number: int, team: int, status: str, overflow: str) -> None:
        session = self.one(number)
        body = {"team_id": team, "status": status, "overflow_action": overflow}
        answer = self.send("POST", f"{SESSION}/{session}/player/{self.uuid(whom, session)}", who, body)
        if answer.status_code == 200 and overflow == "overfill":
            place = answer.json()["team_id"]
            for row in self.rows():
                for at, side in enumerate(row["teams"]):
                    if (row.key, side.get("team_id", at)) == (session, place):
                        self.overfull[session, place] = len(side["players"])

    @rule(who=anyone, whom=somebody, number=which)
    def kick(self, who: str, whom: str, number: int) -> None:
        session = self.one(number)
        self.send("DELETE", f"{SESSION}/{session}/player/{self.uuid(whom, session)}", who)

    @rule(who=anyone, whom=somebody, number=which, team=team, action=action, overflow=fitting)
    def act_on(self, who: str, whom: str, number: int, team: int, action: str, overflow: str) -> None:
        session = self.one(number)
        path = f"/session/v2/session/{session}/player/{self.uuid(whom, session)}{action}"
        body = {
            ":promote": None,
            ":move": {"team_id": team},
            ":invite": {"team_id": team, "overflow_action": overflow},
        }.get(action, {"custom_data": {"a": "b"}})
        self.send("POST", path, who, body)

    @rule(who=anyone, one=somebody, other=somebody, number=which)
    def swap(self, who: str, one: str, other: str, number: int) -> None:
        session = self.one(number)
        players = [self.uuid(one, session), self.uuid(other, session)]
        self.send("POST", f"{SESSION}/{session}/player:swap", who, {"players": players})

    @rule(
        who=anyone, whom=somebody, number=which, name=permission, method=st.sampled_from(("PATCH", "DELETE"))
    )
    def permit(self, who: str, whom: str, number: int, name: str, method: str) -> None:
        session = self.one(number)
        self.send(method, f"{SESSION}/{session}/player/{self.uuid(whom, session)}/permission/{name}", who)

    @rule(who=anyone, number=which, other=which, team=team, overflow=fitting, leaving=st.booleans())
    def bring_or_take_a_session(
        self, who: str, number: int, other: int, team: int, overflow: str, leaving: bool
    ) -> None:
        session, source = self.one(number), self.one(other)
        if leaving:
            self.send("DELETE", f"{SESSION}/{session}/kicked-session/{source}", who)
        else:
            body = {"team_id": team, "overflow_action": overflow}
            self.send("POST", f"{SESSION}/{session}/invited-session/{source}:invite", who, body)

    @rule(who=anyone, number=which, deleting=st.sampled_from((False, False, False, True)))
    def name_or_delete(self, who: str, number: int, deleting: bool) -> None:
        path = f"{SESSION}/{self.one(number)}"
        self.send(*(("DELETE", path) if deleting else ("POST", f"{path}:generate-short-code")), who)

    @rule(who=anyone, number=which, joinable=st.booleans(), sizes=st.none() | st.lists(size, max_size=3))
    def change(self, who: str, number: int, joinable: bool, sizes: list[int] | None) -> None:
        teams = {} if sizes is None else {"teams": [{"max_size": one} for one in sizes]}
        self.send("PATCH", f"{SESSION}/{self.one(number)}", who, {"joinable": joinable, **teams})

    @rule(who=anyone, number=which, team=team, size=size)
    def resize(self, who: str, number: int, team: int, size: int) -> None:
        self.send("PATCH", f"{SESSION}/{self.one(number)}/team/{team}", who, {"max_size": size})

    @rule(who=anyone, number=which, host=st.sampled_from(("dedicated", "player")), whom=st.none() | somebody)
    def ask_for_an_instance(self, who: str, number: int, host: str, whom: str | None) -> None:
        session = self.one(number)
        named = {} if whom is None else {"host_player_uuid": self.uuid(whom, session)}
        self.send("POST", f"{SESSION}/{session}/instance", who, {"host_type": host, **named})

    @rule(
        who=st.sampled_from(("host", "host", "host", "admin", "leader")),
        number=st.sampled_from((0, 0, 0, 1, 2)),
        step=step,
        right=st.sampled_from((True, True, True, False)),
    )
    def tell_of_the_instance(self, who: str, number: int, step: str, right: bool) -> None:
        session = self.one(number)
        row = next((row for row in self.rows() if row.key == session), {})
        allocation = row.get("instance", {}).get("allocation_id") if right else "wrong"
        named = {} if allocation is None else {"allocation_id": allocation}
        self.send("PATCH", f"{SESSION}/{session}/instance", who, {"join_status": step, **named})

    @rule(who=anyone, number=which)
    def end_the_instance(self, who: str, number: int) -> None:
        session = self.one(number)
        answer = self.send("DELETE", f"{SESSION}/{session}/instance", who)
        if answer.status_code == 204:
            self.closed = {known for known in self.closed if known[0] != session}

    @rule(who=anyone, number=which, health=health, right=st.booleans())
    def report_health(self, who: str, number: int, health: str, right: bool) -> None:
        session = self.one(number)
        row = next((row for row in self.rows() if row.key == session), {})
        instance = row.get("instance", {}).get("instance_id", "none") if right else "wrong"
        body = {"instance_health": health, "instance_id": instance}
        self.send("POST", f"{SESSION}/{session}/instance/health", who, body)

    @rule(who=anyone, number=which, method=st.sampled_from(("POST", "PATCH", "DELETE")))
    def list_in_the_browser(self, who: str, number: int, method: str) -> None:
        body = None if method == "DELETE" else {"custom_data": {"map": "Quay"}}
        self.send(method, f"{SESSION}/{self.one(number)}/browser", who, body)

    @rule(who=player, cursor=st.integers(0, 9), page_size=st.integers(1, 3))
    def browse(self, who: str, cursor: int, page_size: int) -> None:
        query = f"session_type=casual&cursor={cursor}&page_size={page_size}"
        page = self.send("GET", f"/session/v1/browser?{query}", who).json()
        rows = {row.key: row for row in self.rows()}
        for entry in page["browser_sessions"]:
            row = rows[entry["session_id"]]
            assert row["joinable"]
            assert "browser" in row

    @rule(who=anyone, number=which, leaving=st.booleans())
    def wait(self, who: str, number: int, leaving: bool) -> None:
        path = f"{SESSION}/{self.one(number)}/queue"
        self.send("DELETE", path, who) if leaving else self.send(
            "POST", path, who, {"queue_id": "ranked-duel"}
        )

    @rule(who=anyone, number=which, name=st.sampled_from(NAMES), method=st.sampled_from(("POST", "DELETE")))
    def tie_a_platform_session(self, who: str, number: int, name: str, method: str) -> None:
        path = f"/session/v1/platform/Steam/platform-session/{quote(name, safe='')}"
        self.send(method, f"{path}/session/{self.one(number)}", who)

    @rule(who=anyone, name=st.sampled_from(NAMES), team=team, leaving=st.booleans())
    def enter_or_leave_by_platform(self, who: str, name: str, team: int, leaving: bool) -> None:
        path = f"/session/v1/platform/Steam/platform-session/{quote(name, safe='')}/player/me"
        body = {"team_id": team, "client_version": "1.0.0", "client_settings": SETTINGS}
        self.send("DELETE", path, who) if leaving else self.send("POST", path, who, body)

    @rule(who=anyone, number=which, refresh=st.booleans())
    def read(self, who: str, number: int, refresh: bool) -> None:
        session = self.one(number)
        who = self.token(who, f"{SESSION}/{session}")
        answer = self.send("GET", f"{SESSION}/{session}?refresh_ttl={str(refresh).lower()}", who)
        if answer.status_code != 200:
            return
        known = self.seen.setdefault((who, session), {})
        tag, body = answer.headers["etag"], answer.content
        assert known.get(tag, body) == body, "one ETag stands for one body"
        assert all(tag == other for other, was in known.items() if was == body), "and one body has one"
        known[tag] = body
        again = self.send("GET", f"{SESSION}/{session}", who, **{"if-none-match": tag})
        assert again.status_code == 304
        inside = any(
            one["player_uuid"] == UUIDS.get(who) and one["status"] in ("leader", "member")
            for side in answer.json()["teams"]
            for one in side["players"]
        )
        if not inside and who not in SEES_ALL:
            assert b"conn_str" not in body

    @rule(who=anyone, whom=player)
    def read_where_somebody_is(self, who: str, whom: str) -> None:
        answer = self.send("GET", f"/session/v1/player/{UUIDS[whom]}/session", who)
        if answer.status_code == 200:
            told = {name for kind in answer.json()["sessions"].values() for name in kind["session_ids"]}
            assert told == {
                row.key
                for row in self.rows()
                for side in row["teams"]
                for one in side["players"]
                if one["player_uuid"] == UUIDS[whom] and one["status"] in ("leader", "member")
            }

    @precondition(lambda self: self.rows())
    @rule(seconds=st.sampled_from((0.5, 1, 3, 10, 31, 1800, 3601)))
    def time_passes(self, seconds: float) -> None:
        self.mock.advance(seconds)
        self.mock.world.run_due_events()

    @invariant()
    def a_session_with_members_has_one_leader(self) -> None:
        for row in self.rows():
            found = [one["status"] for side in row["teams"] for one in side["players"]]
            leaders = found.count("leader")
            assert leaders <= 1, row
            assert leaders == 1 or "member" not in found, row

    @invariant()
    def a_session_that_all_have_left_is_gone(self) -> None:
        for row in self.rows():
            found = [one["status"] for side in row["teams"] for one in side["players"]]
            inside = "leader" in found or "member" in found
            assert inside or row.key not in self.lived, row
            self.lived |= {row.key} if inside else set()

    @invariant()
    def no_two_sessions_have_one_short_code(self) -> None:
        codes = [row["short_code"] for row in self.rows() if "short_code" in row]
        assert len(codes) == len(set(codes))

    @invariant()
    def nobody_is_in_a_session_twice(self) -> None:
        for row in self.rows():
            found = [one["player_uuid"] for side in row["teams"] for one in side["players"]]
            assert len(found) == len(set(found)), row

    @invariant()
    def no_team_is_over_its_size_but_by_overflow(self) -> None:
        for row in self.rows():
            for at, side in enumerate(row["teams"]):
                place = row.key, side.get("team_id", at)
                count = len(side["players"])
                assert count <= max(side["max_size"], self.overfull.get(place, 0)), row
                if place in self.overfull:
                    self.overfull[place] = min(count, self.overfull[place])

    @invariant()
    def what_has_closed_stays_closed(self) -> None:
        for row in self.rows():
            if "instance" in row:
                known = row.key, row["instance"]["instance_id"]
                closed = row["instance"]["join_status"] == "closed"
                assert closed or known not in self.closed, row
                self.closed |= {known} if closed else set()

    @invariant()
    def nothing_is_to_happen_to_a_session_that_is_gone(self) -> None:
        alive = {row.key for row in self.rows()}
        for _, event in self.mock.state.timeline.events():
            assert event.key in alive, event

    @invariant()
    def indexes_find_what_is_there(self) -> None:
        table = self.mock.state.table("rallyhere", "sessions")
        for index in table.indexes.values():
            for value in index.filed:
                assert all(key in table.rows for _, key in index.positions(value))


def test_the_core_holds_whatever_is_asked_of_it(request: pytest.FixtureRequest) -> None:
    mock = Mock("rallyhere")
    request.addfinalizer(mock.close)
    Core.mock, Core.start = mock, mock.state
    budget = settings(
        max_examples=RUNS,
        stateful_step_count=150,
        deadline=None,
        derandomize=not FUZZ,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Core, settings=budget)
