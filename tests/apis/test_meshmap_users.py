"""Users, the tokens that they sign in with, and their pictures."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockade.apis.meshmap.pictures import LEAST_PIXELS, MOST_BYTES, MOST_READS, ReadBounded, picture_kind
from mockade.apis.meshmap.tokens import privy_id
from mockade.errors import Refusal
from tests.apis.behaviours import bundled_fixtures, folder
from tests.harness import Mock

V1 = "/api/v1"
PICTURE = b"GIF89a\0\x02\0\x02\0\0\0"
CLEO = {"authorization": "Bearer meshmap-demo-session"}
APP = {"x-app-api-key": "meshmap-demo-key"}
ADAS = f"{V1}/apps/players/player-ada/profile-image"
CLEOS = f"{V1}/user/profile-image"


def jwt(**claims: Any) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"eyJhbGciOiJFUzI1NiJ9.{body}.c2lnbmVk"


def sign_in(mock: Mock, token: Any) -> httpx.Response:
    return mock.post(f"{V1}/auth/privy", json={"token": token})


def signed_in(mock: Mock, token: str) -> dict[str, str]:
    """The headers of whoever signs in."""
    answer = sign_in(mock, token)
    assert answer.status_code == 200, answer.text
    return {"authorization": f"Bearer {answer.json()['meshmapSessionToken']}"}


def user(mock: Mock, headers: dict[str, str]) -> Any:
    answer = mock.get(f"{V1}/user", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def rename(mock: Mock, headers: dict[str, str], username: Any) -> httpx.Response:
    return mock.patch(f"{V1}/user", headers=headers, json={"username": username})


def test_a_token_of_privy_signs_the_same_user_in_each_time(mock: Mock) -> None:
    answer = sign_in(mock, jwt(sub="did:privy:cleo", exp=1_800_000_000))
    assert answer.json()["user"] == {
        "id": "user-cleo",
        "email": "cleo@example.com",
        "firstName": "Cleo",
        "lastName": None,
        "roles": [],
        "isAdmin": False,
        "hasOpsAccess": False,
    }
    assert user(mock, signed_in(mock, "did:privy:cleo")) == user(mock, CLEO)


def test_somebody_new_becomes_a_user_once_and_stays_one(mock: Mock) -> None:
    first, again = (signed_in(mock, jwt(sub="did:privy:new")) for _ in range(2))
    assert first != again
    assert user(mock, first) == user(mock, again)
    assert user(mock, first)["createdAt"] == "2026-01-05T12:00:00.000Z"
    assert rename(mock, first, "newcomer").json() == {**user(mock, again), "username": "newcomer"}


def test_two_who_sign_in_at_once_for_the_first_time_are_one_user(mock: Mock) -> None:
    answers = mock.at_once("POST", f"{V1}/auth/privy", "", [{"token": "did:privy:new"}] * 20, {})
    assert len({answer.json()["user"]["id"] for answer in answers}) == 1
    assert len({answer.json()["meshmapSessionToken"] for answer in answers}) == 20


def test_fixtures_say_what_a_user_may(make_mock: Callable[..., Mock], home: Callable[..., Any]) -> None:
    fixtures = bundled_fixtures("meshmap")
    fixtures["users"][0] |= {"_roles": ["builder"], "_isAdmin": True}
    mock = make_mock("meshmap", home=home(fixtures=folder("meshmap", fixtures)))
    account = sign_in(mock, "did:privy:cleo").json()["user"]
    assert (account["roles"], account["isAdmin"], account["hasOpsAccess"]) == (["builder"], True, False)


@pytest.mark.parametrize(
    "token",
    [
        "cleo",
        "did:privy:",
        "a.b.c",
        "..",
        "é.ü.ö",
        jwt(),
        jwt(sub=7),
        jwt(sub="cleo"),
        jwt(sub="did:privy:cleo", exp=1_700_000_000),
        f"x.{base64.b64encode(b'[]').decode()}.x",
        f"x.{base64.b64encode(bytes(range(9))).decode()}.x",
    ],
)
def test_what_is_no_good_token_of_privy_signs_nobody_in(mock: Mock, token: str) -> None:
    before = mock.state
    answer = sign_in(mock, token)
    assert (answer.status_code, answer.json()) == (401, {"error": "Unauthorized"})
    assert mock.state is before


@given(st.text(max_size=60))
@settings(max_examples=50, deadline=None)
def test_no_text_breaks_the_reading_of_a_token(token: str) -> None:
    assert privy_id(token, 0) in (None, token)


def test_a_session_ends_with_its_token(switched_mock: Callable[..., Mock]) -> None:
    mock = switched_mock(session_lifetime=60)
    headers = signed_in(mock, "did:privy:cleo")
    clock = "/_mockade/v1/worlds/default/clock"
    assert mock.put(clock, json={"mode": "frozen", "now": "2026-01-05T12:00:59Z"}).is_success
    assert user(mock, headers)["id"] == "user-cleo"
    assert mock.put(clock, json={"mode": "frozen", "now": "2026-01-05T12:01:00Z"}).is_success
    assert mock.get(f"{V1}/user", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/user"),
        ("PATCH", "/user"),
        ("PATCH", "/user/profile-image"),
        ("DELETE", "/user/profile-image"),
    ],
)
@pytest.mark.parametrize("headers", [{}, APP, {"authorization": "Bearer x"}, {"authorization": "Basic eDp5"}])
def test_an_apps_key_is_no_users_token(mock: Mock, method: str, path: str, headers: dict[str, str]) -> None:
    before = mock.state
    answer = mock.request(method, V1 + path, headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"error": "Unauthorized"})
    assert mock.state is before


def test_a_users_token_is_no_apps_key(mock: Mock) -> None:
    for method, path in (("GET", "/apps/players"), ("POST", "/code"), ("PATCH", "/apps/players/player-ada")):
        assert mock.request(method, V1 + path, headers=CLEO, json={}).status_code == 401


def test_the_token_of_a_user_who_is_gone_is_a_bad_one(mock: Mock) -> None:
    mock.delete("/_mockade/v1/state/meshmap/users/user-cleo")
    for answer in (
        mock.get(f"{V1}/user", headers=CLEO),
        rename(mock, CLEO, "c"),
        mock.delete(CLEOS, headers=CLEO),
    ):
        assert (answer.status_code, answer.json()) == (401, {"error": "Unauthorized"})


def test_a_username_is_one_users_alone(mock: Mock) -> None:
    other = signed_in(mock, "did:privy:other")
    before = mock.state
    answer = rename(mock, other, "cleo")
    assert (answer.status_code, answer.json()) == (409, {"error": "Another user has this username"})
    assert mock.state is before
    assert rename(mock, CLEO, "cleo").status_code == 200
    assert rename(mock, CLEO, "Cleo").json()["username"] == "Cleo"
    assert rename(mock, other, "cleo").json()["username"] == "cleo"


def test_a_switch_answers_a_taken_username_as_a_bad_request(switched_mock: Callable[..., Mock]) -> None:
    mock = switched_mock(taken_username=400)
    assert rename(mock, signed_in(mock, "did:privy:other"), "cleo").status_code == 400


@pytest.mark.parametrize("username", ["", None, 7, [], {}])
def test_a_username_is_a_text_with_something_in_it(mock: Mock, username: Any) -> None:
    before = mock.state
    answer = rename(mock, CLEO, username)
    assert (answer.status_code, answer.json()["error"][0]["path"]) == (400, ["username"])
    assert mock.state is before


def upload(mock: Mock, path: str, data: bytes, field: str = "image") -> httpx.Response:
    return mock.patch(path, headers={**APP, **CLEO}, files={field: ("picture", data)})


@pytest.mark.parametrize("path", [ADAS, CLEOS])
@pytest.mark.parametrize("field", ["image", "file"])
def test_a_picture_gets_an_address_and_goes_again(mock: Mock, path: str, field: str) -> None:
    first, second = (upload(mock, path, PICTURE, field).json() for _ in range(2))
    assert first["imageUrl"].startswith("https://images.example/")
    assert first["imageUrl"].endswith(".gif")
    assert second["imageUrl"] != first["imageUrl"]
    for _ in range(2):
        answer = mock.delete(path, headers={**APP, **CLEO})
        assert (answer.status_code, answer.json()) == (200, {"success": True})
    shown = user(mock, CLEO) if path == CLEOS else mock.get(ADAS.rpartition("/")[0], headers=APP).json()
    assert shown["imageUrl"] is None


def test_a_new_picture_of_a_player_shows_in_their_sessions(mock: Mock) -> None:
    address = upload(mock, ADAS, PICTURE).json()["imageUrl"]
    players = mock.get(f"{V1}/apps/game-sessions/session-open/players", headers=APP).json()["players"]
    assert players[0]["imageUrl"] == address


@pytest.mark.parametrize("path", [ADAS, CLEOS])
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "A picture is a JPEG, PNG, GIF or WebP file"),
        (b"hello", "A picture is a JPEG, PNG, GIF or WebP file"),
        (b"<svg width='600' height='600'/>", "A picture is a JPEG, PNG, GIF or WebP file"),
        (b"GIF89a\xff\x01\0\x02\0\0\0", "A picture has at least 512 pixels each way"),
        (PICTURE + bytes(MOST_BYTES), "A picture has at most 5 MB"),
    ],
)
def test_what_is_no_picture_changes_nothing(mock: Mock, path: str, data: bytes, sentence: str) -> None:
    before = mock.state
    answer = upload(mock, path, data)
    assert (answer.status_code, answer.json()) == (400, {"error": sentence})
    assert mock.state is before


@pytest.mark.parametrize("path", [ADAS, CLEOS])
def test_a_form_without_a_file_is_no_picture(mock: Mock, path: str) -> None:
    headers = {**APP, **CLEO, "content-type": "multipart/form-data; boundary=x"}
    for content in (
        b"--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="image"\r\n\r\n\xe2\x82\xac\r\n--x--\r\n',
    ):
        assert mock.patch(path, headers=headers, content=content).status_code == 400
    assert mock.patch(path, headers={**APP, **CLEO}, json={"image": "x"}).status_code == 415
    assert upload(mock, path, bytes(7 * 1024 * 1024)).status_code == 413


def test_a_picture_of_nobody_and_of_another_apps_player_is_not_found(mock: Mock) -> None:
    other = {"x-app-api-key": "meshmap-other-key"}
    for path, headers in ((ADAS.replace("ada", "nobody"), APP), (ADAS, other)):
        for answer in (
            mock.patch(path, headers=headers, files={"image": ("picture", PICTURE)}),
            mock.delete(path, headers=headers),
        ):
            assert (answer.status_code, answer.json()) == (404, {"error": "Player not found"})


def webp(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + size


def png(width: int, height: int) -> bytes:
    size = width.to_bytes(4) + height.to_bytes(4)
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + size + b"\x08\x02\0\0\0" + bytes(4)


def jpeg(width: int, height: int) -> bytes:
    size = height.to_bytes(2) + width.to_bytes(2)
    return b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\0\x0b\x08" + size + b"\1\1\x11\0\xff\xd9"


PICTURES = {"webp": webp, "png": png, "jpg": jpeg}


@pytest.mark.parametrize("kind", PICTURES)
def test_each_documented_kind_of_picture_is_taken_from_its_least_size_on(kind: str) -> None:
    assert picture_kind(PICTURES[kind](LEAST_PIXELS, 4000)) == kind
    with pytest.raises(Refusal, match="512 pixels"):
        picture_kind(PICTURES[kind](4000, LEAST_PIXELS - 1))


@pytest.mark.parametrize("part", [b"\xff\xe0\0\2", b"\xff", b"\0"], ids=["segments", "fill", "zeros"])
def test_a_header_without_end_holds_nobody_up(monkeypatch: pytest.MonkeyPatch, part: bytes) -> None:
    file = (b"\xff\xd8\xff\xe0\0\2" + part * (MOST_BYTES // len(part)))[:MOST_BYTES]
    asked, read = [0], ReadBounded.read

    def counted(self: ReadBounded, size: int | None = -1) -> bytes:
        asked[0] += 1
        return read(self, size)

    monkeypatch.setattr(ReadBounded, "read", counted)
    with pytest.raises(Refusal, match="is a JPEG"):
        picture_kind(file)
    assert 0 < asked[0] <= MOST_READS + 1


@pytest.mark.parametrize("kind", PICTURES)
@given(at=st.integers(0, 40), junk=st.binary(max_size=40))
@settings(max_examples=50, deadline=None)
def test_a_broken_file_is_refused_or_taken_and_nothing_else(kind: str, at: int, junk: bytes) -> None:
    try:
        assert picture_kind(PICTURES[kind](600, 600)[:at] + junk) in (*PICTURES, "gif")
    except Refusal as refusal:
        assert refusal.status == 400  # noqa: PT017  # either is fine
