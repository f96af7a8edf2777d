/** A game client's way into a RallyHere session: it keeps ETags, and heeds a no. */

const ME = { client_version: "1.0.0", client_settings: { platform: "Steam", input: "gamepad" } };

export interface Session {
  type: string;
  teams: { players: { player_uuid: string }[] }[];
}

/** The backend said no; `code` is its error code. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
  }
}

export type Sleep = (seconds: number) => Promise<void>;

const wait: Sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

export const players = (session: Session): number =>
  session.teams.reduce((count, team) => count + team.players.length, 0);

/** One player, by their token, at one backend. */
export class Lobby {
  readonly #url: string;
  readonly #token: string;
  readonly #sleep: Sleep;
  /** By id, a session with its ETag. */
  readonly #kept = new Map<string, { tag: string; session: Session }>();

  constructor(url: string, token: string, sleep: Sleep = wait) {
    this.#url = `${url}/session/v1`;
    this.#token = token;
    this.#sleep = sleep;
  }

  /** The id of a session of that type which the player is in now, an open one or a new one. */
  async enter(type: string): Promise<string> {
    const answer = await this.#ask("POST", "/session", { ...ME, session_type: type });
    return ((await answer.json()) as { session_id: string }).session_id;
  }

  /** Whether there was room. */
  async join(session: string, team = 0): Promise<boolean> {
    try {
      await this.#ask("POST", `/session/${session}/player/me`, { ...ME, team_id: team });
    } catch (refusal) {
      if (!(refusal instanceof Refused) || refusal.code !== "team_full") throw refusal;
      return false;
    }
    return true;
  }

  async leave(session: string): Promise<void> {
    await this.#ask("DELETE", `/session/${session}/player/me`);
  }

  /** The session as it is now; what has not changed is not sent again. */
  async session(id: string): Promise<Session> {
    const kept = this.#kept.get(id);
    const answer = await this.#ask("GET", `/session/${id}`, undefined, kept ? { "If-None-Match": kept.tag } : {});
    if (kept && answer.status === 304) return kept.session;
    const session = (await answer.json()) as Session;
    this.#kept.set(id, { tag: answer.headers.get("ETag") ?? "", session });
    return session;
  }

  /** The session once so many are in it. */
  async waitFor(id: string, count: number, every = 5): Promise<Session> {
    let session = await this.session(id);
    while (players(session) < count) {
      await this.#sleep(every);
      session = await this.session(id);
    }
    return session;
  }

  async #ask(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Response> {
    const headers: Record<string, string> = { Authorization: `Bearer ${this.#token}`, ...more };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const request = { method, headers, body: JSON.stringify(body) };
    let answer = await fetch(this.#url + path, request);
    while (answer.status === 503) {
      await this.#sleep(Number(answer.headers.get("Retry-After")));
      answer = await fetch(this.#url + path, request);
    }
    if (answer.status < 400) return answer;
    throw new Refused(answer.status, ((await answer.json()) as { error_code: string }).error_code);
  }
}
