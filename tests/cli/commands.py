"""Commands run in this process, and what they are run on."""

from __future__ import annotations

from click.testing import CliRunner, Result

from mockade.cli.main import main

KEY = {"x-app-api-key": "meshmap-demo-key"}
SESSIONS = "/apps/game-sessions"
GAME = """\
openapi: 3.0.3
info: {title: Game, version: "1"}
paths:
  /games:
    get:
      operationId: listGames
      responses:
        "200":
          description: All games.
          content:
            application/json:
              schema: {type: array, items: {$ref: "#/components/schemas/Game"}}
  /games/{id}:
    get:
      operationId: getGame
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200":
          description: The game.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Game"}
        "404": {description: None.}
  /rules:
    get:
      operationId: readRules
      responses: {"200": {description: x, content: {text/plain: {schema: {type: string}}}}}
components:
  schemas:
    Game:
      type: object
      required: [id]
      properties:
        id: {type: string}
"""


def run(*words: str, input: str | None = None, **env: str) -> Result:
    return CliRunner(env=env).invoke(main, words, input=input)
