"""Lets Schemathesis ask a bundled API all it can think of: `python -m tests.inquiry meshmap playcamp 4`.

It stands in a process of its own, as what Schemathesis asks hangs on which modules are loaded (Hypothesis
tries their constants) and on the order of sets. Ends with 1 and tells what it found, if anything.
"""

from __future__ import annotations

import gc
import re
import sys
from collections import Counter
from collections.abc import Iterator

import schemathesis
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.engine.run import PhaseName

from mockade.asgi import Receive, Scope, Send
from mockade.contract.formats import SEMVER
from tests.harness import Mock
from tests.test_promises import family

MOST_TOLD = 20
PHASES = (PhaseName.EXAMPLES, PhaseName.COVERAGE, PhaseName.FUZZING, PhaseName.STATEFUL_TESTING)

CREDENTIALS = {
    "meshmap": {"x-app-api-key": "meshmap-demo-key", "Authorization": "Bearer meshmap-demo-session"},
    "playcamp": {"Authorization": "Bearer ak_server_demo:secret"},
    "rallyhere": {"Authorization": "Bearer admin"},
    "rallyhere_assumed": {"Authorization": "Bearer ada"},
    "rallyhere_config": {"Authorization": "Bearer ada"},
    "rallyhere_friends": {"Authorization": "Bearer ada"},
    "rallyhere_notification": {"Authorization": "Bearer ada"},
    "rallyhere_presence": {"Authorization": "Bearer ada"},
    "rallyhere_users": {"Authorization": "Bearer ada"},
}
"""By API, headers that let everything be done; written as in the contract, or ignored_auth leaves them on."""

RULES = {
    "meshmap": {
        "createMiniGameType": "Two types of one name: a JSON schema knows nothing of other rows.",
        "createPlayer": "Two players of one name.",
        "updatePlayer": "Two players of one name.",
        "createGameSession": "A type that the app lacks, which the vendor's page calls bad data.",
        "signInWithPrivy": "A token says whose it is, which text of any form does not.",
        "updatePlayerImage": "What is sent has to be a picture, of some size.",
        "registerGameSessionPlayer": "Who is registered, or unknown: bad data, as on the vendor's page.",
        "createPlayerCode": "A player whom the app lacks.",
        "updateUserImage": "What is sent has to be a picture, of some size.",
    },
    "playcamp": {
        "recordPlaytimeSession": "It must not end before it starts: one field compared with another.",
        "createSponsor": "A named campaign must run, and 30 days lie between two changes.",
        "updateSponsor": "A named campaign must run, and 30 days lie between two changes.",
    },
    "rallyhere": {
        "create_or_join_session": "A session type that is not there; settings that name no platform.",
        "create_matchmade_session": "Sessions or tickets are needed; teams hold their players, each once.",
        "create_session_audit": "A name has room for what is put before it.",
        "join_queue": "One of the two fields that name queues is needed: a rule of the server alone.",
        "join_session_by_id_self": "Settings that name no platform.",
        "join_session_by_platform_session_by_uuid": "Settings that name no platform.",
        "join_session_by_platform_session_id_self": "Settings that name no platform.",
        "update_session_by_id": "A list of teams has at least one.",
    },
    "rallyhere_friends": {
        "add_friend_v2": "Who is blocked is not asked, nor is oneself.",
        "add_notes_v2": "Only about players to whom there is some relationship.",
        "block_v2": "Nobody blocks themselves.",
        "get_blocked_v2": "Who is not blocked.",
    },
    "rallyhere_notification": {
        "player_get_notifications_page": "A page starts at a notification that is there.",
        "player_get_notifications_page_self": "A page starts at a notification that is there.",
    },
}
"""By API, the operations whose handlers refuse what fits the contract, with 400 or 422, and why.

Schemathesis wants what fits to be accepted (positive_data_acceptance); these may refuse it, if it is their
handler that does.
"""


SMALL = frozenset({"rallyhere_assumed", "rallyhere_config", "rallyhere_friends"})
"""Contracts in which some phases find nothing to ask: no example, or no operation that leads to another."""

WAITING = frozenset({"player_long_poll_for_notifications", "player_long_poll_for_notifications_self"})
"""Operations whose deadline, up to a quarter of an hour, would be waited for."""

BOUNDS = (-(2**63), 2**64 - 1)
"""Of whole numbers, in every contract: what is beyond is refused, whatever it allows (docs/decisions.md)."""


SHARE = 24
"""With one example, one operation in so many goes through the coverage phase, which enumerates; else all."""


class Run:
    """What Schemathesis asked of an API, and what it found."""

    def __init__(self, name: str, examples: int) -> None:
        self.examples = examples
        self.mock = Mock(*family(name))
        self.api = self.mock.apis[name]
        self.rules = RULES.get(name, {})
        self._idle = Status.SKIP if name in SMALL else Status.SUCCESS
        self.found: list[str] = []
        self.phases: set[PhaseName] = set()
        self.asked: Counter[str] = Counter()
        """By operation, how many requests."""
        # What the vendor has and Mockade has not answers 501, and its contract says nothing of it.
        self.stubs = {key for key, one in self.api.answerers.items() if one.kind == "stub"} | WAITING
        document = self.mock.get(f"/_mockade/docs/{name}/openapi.json").json()
        schema = schemathesis.openapi.from_dict(document, config=self._config(name))
        self.schema = schema.exclude(operation_id=sorted(self.stubs)) if self.stubs else schema
        self.schema.app = self._app

    def _config(self, name: str) -> SchemathesisConfig:
        served = sorted(self.api.answerers.keys() - self.stubs)
        others = sorted(self._of_more_methods())
        covered = [key for key in served if key not in others]
        uncovered = [key for at, key in enumerate(covered) if at % SHARE] if self.examples == 1 else []
        uncovered += others
        refusing = [200, 201, 204, 304, 400, 401, 403, 404, 409, 412, 422]
        return SchemathesisConfig.from_dict(
            {
                "seed": 1,
                # Another name than this machine's is taken for a page from elsewhere, and refused.
                "base-url": "http://localhost",
                "headers": CREDENTIALS[name],
                "continue-on-failure": True,
                "cache": {"enabled": False},
                "generation": {"max-examples": self.examples, "deterministic": True, "database": "none"},
                "operations": [
                    {"include-operation-id": key, "phases": {"coverage": {"enabled": False}}}
                    for key in uncovered
                ],
                # Whether what fits may be refused with 400 or 422 is judged below, and more strictly.
                "checks": {
                    # It wants a 401, which RallyHere documents nowhere; tests/test_promises.py holds the 403.
                    "missing_required_header": {"enabled": not name.startswith("rallyhere_")},
                    "positive_data_acceptance": {"expected-statuses": [*refusing, 503]},
                    # What RallyHere documents for what is to be asked again, with Retry-After.
                    "not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", 503]},
                },
            }
        )

    def _of_more_methods(self) -> set[str]:
        """The operations at paths of which the vendor has more methods, which are a 501 and not a 405."""
        contract = self.api.contract
        listed = contract.document.root.get("x-not-served")
        lines = [line for lines in (listed.value.values() if listed else ()) for line in lines]
        paths = {re.sub(r"\{[^}]*\}", "{}", line.partition(" ")[2]) for line in lines}
        return {one.id for one in contract.operations if re.sub(r"\{[^}]*\}", "{}", one.path) in paths}

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Without a lifespan no webhook is sent, whose fate would be the network's and not the seed's.
        assert scope["type"] == "http"
        await self.mock.app(scope, receive, send)

    def execute(self) -> None:
        for event in from_schema(self.schema).execute():
            match event:
                case events.ScenarioFinished():
                    self.found.extend(self._failures(event.recorder))
                    self.found.extend(self._refused(event.recorder))
                    self._forget(event.recorder)
                case events.PhaseFinished() if event.status in (Status.SUCCESS, self._idle):
                    self.phases.add(event.phase.name)
                case events.NonFatalError():
                    self.found.append(f"{event.label}: {event.info.format()}")
                case events.FatalError():
                    raise event.exception

    def _forget(self, recorder: ScenarioRecorder) -> None:
        """Forget its exchanges, and none after them: the next scenario may be under way in its thread."""
        answers = [one.response for one in recorder.interactions.values() if one.response is not None]
        seen = {id for answer in answers for id in answer.headers.get("x-mockade-exchange", [])}
        last = max((at for at, one in enumerate(self.mock.told) if str(one.id) in seen), default=-1)
        del self.mock.told[: last + 1]

    def _failures(self, recorder: ScenarioRecorder) -> Iterator[str]:
        """What its checks found."""
        for checks in recorder.checks.values():
            for check in checks:
                if check.failure_info is not None:
                    yield f"{check.name}: {check.failure_info.failure}\n{check.failure_info.code_sample}"

    def _refused(self, recorder: ScenarioRecorder) -> Iterator[str]:
        """What fits the contract and was refused as if it did not."""
        exchanges = {str(one.id): one for one in self.mock.told}
        for key, interaction in recorder.interactions.items():
            case, answer = recorder.cases[key].value, interaction.response
            operation = case.operation.definition.raw["operationId"]
            self.asked[operation] += 1
            fits = case.meta is not None and case.meta.generation.mode.is_positive
            if fits and answer is not None and answer.status_code in (400, 422):
                exchange = exchanges[answer.headers["x-mockade-exchange"][0]]
                by_rule = exchange.answered_by == "handler" and operation in self.rules
                too_long = [one.expected in BOUNDS for one in exchange.violations]
                if not (by_rule or (too_long and all(too_long))):
                    why = "; ".join([exchange.reason, *map(str, exchange.violations)])
                    yield f"{operation} refused what fits: {why}"


def inquire(name: str, examples: int) -> int:
    """Tells what was found; answers what the process ends with."""
    schemathesis.openapi.format("semver", st.from_regex(SEMVER, fullmatch=True))
    run = Run(name, examples)
    run.execute()
    run.mock.close()
    found = list(run.found)
    found.extend(f"The phase {phase.value} did not succeed." for phase in PHASES if phase not in run.phases)
    unasked = set(run.api.answerers) - run.stubs - set(run.asked)
    found.extend(f"{operation} was never asked." for operation in sorted(unasked))
    print(f"{name}: {run.asked.total()} requests, {len(found)} failures", *found[:MOST_TOLD], sep="\n\n")
    return 1 if found else 0


if __name__ == "__main__":
    gc.freeze()  # modules are no garbage
    gc.set_threshold(20_000, 10, 10)
    sys.exit(max([inquire(name, int(sys.argv[-1])) for name in sys.argv[1:-1]]))
