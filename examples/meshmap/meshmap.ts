/** A client of MeshMap: an app's players, their sessions and scores. */

export interface Place {
  player: string;
  score: number;
}

/** MeshMap said no, and why. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, reason: string) {
    super(`${status}: ${reason}`);
    this.status = status;
  }
}

interface Row {
  playerDisplayName: string;
  playerScore: number;
}

export class MeshMap {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  /** The new player's id. Throws Refused where the name is taken. */
  async createPlayer(displayName: string): Promise<string> {
    return (await this.#ask<{ id: string }>("POST", "/apps/players", { displayName })).id;
  }

  /** The id of a new session, of a mini game if one is named. */
  async openSession(miniGameTypeName?: string): Promise<string> {
    return (await this.#ask<{ id: string }>("POST", "/apps/game-sessions", { miniGameTypeName })).id;
  }

  async join(session: string, playerId: string): Promise<void> {
    await this.#ask("POST", `/apps/game-sessions/${session}/players`, { playerId });
  }

  async score(session: string, player: string, score: number): Promise<void> {
    await this.#ask("PATCH", `/apps/game-sessions/${session}/players/${player}`, { score });
  }

  /** The best players of a mini game; none where nobody played it. */
  async leaderboard(miniGameTypeName: string, best = 10): Promise<Place[]> {
    const types = await this.#ask<{ miniGameTypes: { id: string }[] }>(
      "GET",
      `/apps/minigame-types?${new URLSearchParams({ miniGameTypeName })}`,
    );
    const type = types.miniGameTypes[0];
    if (type === undefined) return [];
    const query = new URLSearchParams({ miniGameTypeId: type.id, limit: `${best}` });
    const found = await this.#ask<{ leaderboards: { leaderboard: Row[] }[] }>(
      "GET",
      `/apps/global-leaderboards?${query}`,
    );
    return found.leaderboards.flatMap((board) =>
      board.leaderboard.map((row) => ({ player: row.playerDisplayName, score: row.playerScore })),
    );
  }

  async #ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers: Record<string, string> = { "x-app-api-key": this.#key };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(this.#url + path, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Refused(answer.status, ((await answer.json()) as { error: string }).error);
    return (await answer.json()) as Answer;
  }
}
