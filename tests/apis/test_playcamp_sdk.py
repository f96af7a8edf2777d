"""The calls that a PlayCamp SDK makes, in its own forms, from the first campaign to the last webhook.

The table is of this house; paths, headers, names and types are those that the published SDK sends and reads.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.apis.playcamp import CLIENT, SERVER, events_of, rows_in, webhook_for
from tests.harness import Mock
from tests.servers import Server

EVENTS = (
    "coupon.redeemed",
    "payment.created",
    "payment.bulk_created",
    "payment.refunded",
    "sponsor.created",
    "sponsor.changed",
    "sponsor.ended",
)
MONTH = 30 * 24 * 3600

PAYMENT = {
    "userId": "player-1",
    "transactionId": "GPA.1",
    "productId": "gems-100",
    "amount": 4.99,
    "currency": "USD",
    "platform": "Android",
    "distributionType": "MOBILE_STORE",
    "purchasedAt": "2026-01-05T11:59:37Z",
}
PLAYTIME = {
    "sessionId": "run-1",
    "userId": "player-1",
    "durationSeconds": 60,
    "startedAt": "2026-01-05T11:58:37Z",
    "endedAt": "2026-01-05T11:59:37Z",
    "platform": "Android",
}


class Sent(NamedTuple):
    """A call of the SDK: what it sends, the status, and what it reads there, by the way in the answer."""

    key: str
    method: str
    path: str
    body: Any
    status: int
    reads: dict[str, Any]


def client(path: str, body: Any = None, **reads: Any) -> Sent:
    method = "GET" if body is None else "POST"
    return Sent(CLIENT, method, f"/v1/client/{path}", body, 200, reads)


def server(method: str, path: str, body: Any = None, status: int = 200, **reads: Any) -> Sent:
    return Sent(SERVER, method, f"/v1/server/{path}", body, status, reads)


PLAYED = [
    client("campaigns?page=1&limit=20", data__0__status="PENDING_EXPOSURE", pagination__total=2),
    client("campaigns/campaign-winter", data__campaignName__ko="겨울"),
    client("campaigns/campaign-winter/creators", data__0__creatorKey="ADA42", data__1__creatorId=2),
    client("campaigns/campaign-winter/packages", data__0__itemQuantity=100, data__1__crossCreatorLimit=1),
    client("creators/search?keyword=ada&campaignId=campaign-winter&limit=10", data__0__creatorName="Ada"),
    client("creators/ADA42", data__genre="RPG"),
    client("sponsors?userId=user-42", data__0__creatorKey="ADA42"),
    client(
        "coupons/validate", {"couponCode": "WINTER-ADA42-001"}, data__valid=True, data__creatorKey="ADA42"
    ),
    client("coupons/validate", {"couponCode": "NONE"}, data__valid=False, data__errorCode="COUPON_NOT_FOUND"),
    server("GET", "campaigns?page=1&limit=1", pagination__totalPages=2),
    server("GET", "campaigns/campaign-winter", data__status="IN_PROGRESS"),
    server("GET", "campaigns/campaign-winter/creators", data__0__status="ACTIVE"),
    server("GET", "creators/search?keyword=BEN77", data__0__creatorKey="BEN77"),
    server("GET", "creators/ADA42", data__creatorId=1),
    server("GET", "creators/ADA42/coupons", data__0__code="WINTER-ADA42-001", data__0__packageNo=1),
    server(
        "POST",
        "webview/ott",
        {"userId": "player-1", "campaignId": "campaign-winter"},
        201,
        data__expiresIn=60,
    ),
    server("GET", "sponsors/user/player-1", data=[]),
    server("POST", "sponsors", {"userId": "player-1", "creatorKey": "ADA42"}, 201, data__isActive=True),
    server("PUT", "sponsors/user/player-1", {"newCreatorKey": "BEN77"}, 400, code="BAD_REQUEST"),
    server("GET", "sponsors/user/player-1", data__0__campaignId="campaign-winter"),
    server(
        "POST",
        "coupons/validate",
        {"couponCode": "WINTER-ADA42-001", "userId": "player-1"},
        data__itemName__en="A hundred gems",
    ),
    server(
        "POST",
        "coupons/redeem",
        {"couponCode": "WINTER-ADA42-001", "userId": "player-1", "callbackId": "c-1"},
        data__success=True,
        data__reward__0__itemId="gems",
        data__usageId=2,
    ),
    server(
        "POST",
        "coupons/redeem",
        {"couponCode": "WINTER-ADA42-001", "userId": "player-1"},
        data__success=False,
        data__errorCode="USER_CODE_LIMIT",
    ),
    server("GET", "coupons/user/player-1?page=1&limit=20", data__0__packageId=1, pagination__total=1),
    server("POST", "payments", PAYMENT, 201, data__creatorKey="ADA42", data__campaignId="campaign-winter"),
    server("POST", "payments", PAYMENT, 409, code="CONFLICT"),
    server("GET", "payments/GPA.1", data__amount=4.99),
    server("GET", "payments/user/player-1?page=1&limit=20", data__0__status="COMPLETED"),
    server(
        "POST",
        "payments/bulk",
        {"payments": [PAYMENT, {**PAYMENT, "transactionId": "GPA.2"}]},
        201,
        data__skipped=1,
        data__results__1__data__transactionId="GPA.2",
    ),
    server("POST", "payments/GPA.1/refund", {}, data__status="REFUNDED"),
    server("POST", "playtime/sessions", PLAYTIME, 201, data__recorded=True),
    server("POST", "playtime/sessions", PLAYTIME, 201, data__recorded=False),
    server(
        "POST",
        "playtime/sessions/bulk",
        {"sessions": [PLAYTIME, {**PLAYTIME, "sessionId": "run-2"}]},
        201,
        data__successful=1,
        data__results__0__status="SKIPPED",
    ),
    server("GET", "webhooks", data__0__isActive=False),
    server("PUT", "webhooks/2", {"retryCount": 1, "timeoutMs": 2000}, data__timeoutMs=2000),
    server("POST", "webhooks/2/test", data__success=True),
    server("GET", "webhooks/2/logs", data__0__maxAttempts=2),
    server("DELETE", "webhooks/1", status=204),
]

AFTER_A_MONTH = [
    server("PUT", "sponsors/user/player-1", {"newCreatorKey": "BEN77"}, data__creatorKey="BEN77"),
    server("DELETE", "sponsors/user/player-1", status=204),
    server(
        "GET", "sponsors/user/player-1/history?page=1&limit=20", data__0__action="ENDED", pagination__total=3
    ),
]

MANDATORY = [
    ("sponsors", {"userId": "player-1", "creatorKey": "ADA42"}),
    ("coupons/validate", {"couponCode": "WINTER-ADA42-001", "userId": "player-1"}),
    ("payments", PAYMENT),
]
"""The calls that the vendor's guide wants to have seen before a campaign is published."""


def send(mock: Mock, call: Sent) -> Any:
    """What the SDK reads: bodies as Go's encoder writes them, and the headers of its client."""
    headers = {
        "Authorization": f"Bearer {call.key}",
        "Content-Type": "application/json",
        "Accept": "application/json",
        "User-Agent": "playcamp-go-sdk",
        "Accept-Encoding": "gzip",
    }
    content = b"" if call.body is None else json.dumps(call.body, separators=(",", ":")).encode() + b"\n"
    answer = mock.request(call.method, call.path, headers=headers, content=content)
    assert answer.status_code == call.status, (call, answer.text)
    assert mock.last.answered_by == "handler", call
    return answer.json() if answer.content else None


def read(answer: Any, way: str) -> Any:
    return reduce(lambda value, step: value[int(step) if step.isdigit() else step], way.split("__"), answer)


def play(mock: Mock, calls: list[Sent]) -> None:
    for call in calls:
        answer = send(mock, call)
        assert {way: read(answer, way) for way in call.reads} == call.reads, call


def test_the_calls_of_an_sdk_are_played_to_the_end(mock: Mock) -> None:
    hooks = {event: webhook_for(mock, event) for event in EVENTS}
    play(mock, PLAYED)
    mock.advance(MONTH)
    play(mock, AFTER_A_MONTH)
    for event, number in hooks.items():
        told = [one["event"] for one in events_of(mock, number) if "isTest" not in one]
        assert told == [event], event
    called = {mock_exchange.operation for mock_exchange in mock.told}
    assert called == {operation.id for operation in mock.apis["playcamp"].contract.operations}


def test_in_test_mode_the_mandatory_calls_are_answered_and_nothing_is_kept(mock: Mock) -> None:
    kept = {name: rows_in(mock, name) for name in mock.apis["playcamp"].collections}
    for path, body in MANDATORY:
        told = send(mock, server("POST", f"{path}?isTest=true", body, 200 if "coupons" in path else 201))
        assert told["data"]
    assert {name: rows_in(mock, name) for name in kept} == kept


@pytest.fixture
def go() -> str:
    found = shutil.which("go")
    if found is None:
        pytest.skip("There is no Go here: apt-get install golang-go")
    return found


@pytest.fixture
def running() -> Iterator[Server]:
    with Server("playcamp", "-q") as running:
        yield running


def test_a_go_program_plays_to_the_end_and_is_told_of_every_event(
    go: str, running: Server, tmp_path: Path
) -> None:
    program = Path(__file__).with_name("playcamp_client.go")
    binary = tmp_path / "client"
    # With cgo, Go's own library is there compiled, or is kept beside what pytest keeps.
    kept = Path(__file__).parents[2] / ".pytest_cache" / "go"
    environment = {
        "PATH": f"{Path(go).parent}{os.pathsep}{os.defpath}",
        "HOME": str(tmp_path),
        "GOCACHE": str(kept),
        "GO111MODULE": "off",
    }
    build = [go, "build", "-o", str(binary), str(program)]
    subprocess.run(build, env=environment, check=True)
    done = subprocess.run([str(binary), running.url], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == "played\n"
