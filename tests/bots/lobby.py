"""A small API of rooms, scripts for its players, and a world of it in this process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from mockade.bots.contracts import Contracts
from mockade.bots.players import Players
from mockade.bots.reading import read_script
from mockade.bots.roster import check_count
from mockade.bots.script import Script
from mockade.bots.served_world import ServedWorld
from mockade.client.http import V1, ControlError
from mockade.client.remote import Remote
from mockade.contract.contract import Contract
from tests.harness import Mock, exchanged

LOBBY = """\
openapi: 3.0.3
info: {title: Lobby, version: "1"}
security: [{Key: []}]
paths:
  /rooms:
    get:
      operationId: listRooms
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1}}
      responses:
        "200":
          description: All rooms.
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Room"}}}}
    post:
      operationId: createRoom
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/NewRoom"}}}
      responses:
        "201":
          description: Made.
          content: {application/json: {schema: {$ref: "#/components/schemas/Room"}}}
        "400": {description: Refused.}
  /rooms/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      operationId: getRoom
      responses:
        "200":
          description: One room.
          content: {application/json: {schema: {$ref: "#/components/schemas/Room"}}}
        "404": {description: There is no such room.}
    delete:
      operationId: deleteRoom
      responses:
        "204": {description: Gone.}
        "404": {description: There is no such room.}
components:
  securitySchemes:
    Key: {type: apiKey, in: header, name: x-key}
  schemas:
    NewRoom:
      type: object
      required: [name]
      properties:
        name: {type: string}
        seats: {type: integer, minimum: 1}
        open: {type: boolean}
    Room:
      type: object
      required: [id, name]
      properties:
        id: {type: string}
        name: {type: string}
        seats: {type: integer, minimum: 1}
        open: {type: boolean}
"""

FIXTURES = """\
credentials: {Key: {guest: {caller: guest}}}
rooms: []
"""

SCRIPT = """\
players: {count: 2, names: [Bo, Cy], credentials: {Key: guest}}
steps:
  - wait: 1s..5s
  - repeat: forever
    steps:
      - operationId: createRoom
        requestBody: {name: "{$player.name}'s"}
        outputs: {room: $response.body#/id}
      - wait: 2s..6s
      - operationId: deleteRoom
        parameters: {id: $outputs.room}
        outputs: {room: null}
      - wait: 10s
leave:
  - if: $outputs.room
    steps:
      - operationId: deleteRoom
        parameters: {id: $outputs.room}
"""


class InProcess:
    """The control API of a mock in this process, in the place of a connection to it."""

    def __init__(self, mock: Mock) -> None:
        self.url = "http://localhost"
        self.is_gone = False
        self._mock = mock

    def ask(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> Any:
        if self.is_gone:
            raise ControlError(0, "No Mockade can be reached.")
        named = urlencode({name: str(one).lower() for name, one in (query or {}).items() if one is not None})
        answer = self._mock.request(method, f"{V1}{path}?{named}", json=body)
        if answer.status_code >= 400:
            raise ControlError(answer.status_code, answer.json()["detail"])
        return answer.json() if answer.content else None


def remote_of(mock: Mock) -> tuple[Remote, InProcess]:
    """The mock's default world as a client of the control API sees it."""
    remote, connection = Remote.__new__(Remote), InProcess(mock)
    remote._connect(connection, "default")  # type: ignore[arg-type]
    return remote, connection


class Lobby:
    """Players of a script in a mock's world."""

    def __init__(self, mock: Mock, script: Script, contracts: Contracts, **options: Any) -> None:
        self.mock = mock
        self.remote, self.connection = remote_of(mock)
        self.notes: list[str] = []
        self.world = ServedWorld(self.remote, script, ["lobby"], httpx.MockTransport(self._answer))
        self.players = Players(script, contracts, self.world, on_note=self.notes.append, **options)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.connection.is_gone:
            raise httpx.ConnectError("Connection refused")
        return self.mock._runner.get_loop().run_until_complete(exchanged(self.mock.app, request))

    def told(self) -> list[tuple[str, str, int]]:
        return [(one.player, one.operation, one.status) for one in self.players.acts]

    def sent(self) -> list[tuple[str, str]]:
        """What the journal has of the players' requests."""
        requests = [one["request"] for one in self.remote.journal.entries()]
        return [(one["method"], one["path"]) for one in requests if one]


def lobby_contracts(folder: Path) -> Contracts:
    path = folder / "lobby.yaml"
    path.write_text(LOBBY, encoding="utf-8")
    return Contracts({"lobby": Contract.load(path)})


def script_in(folder: Path, text: str, contracts: Contracts, count: int | None = None) -> Script:
    path = folder / "lobby.play.yaml"
    path.write_text(text, encoding="utf-8")
    return check_count(read_script(path, contracts), count)
