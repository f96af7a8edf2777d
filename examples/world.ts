/** What the suites share: a world of the mock for each test, made by the first request to it. */

const server = process.env.MOCKADE_URL ?? "";

let worlds = 0;

/** One test's own world: what others do in theirs it does not see. Without a name, that of MOCKADE_URL. */
export class World {
  readonly #base: string;

  constructor(name = "") {
    worlds += 1;
    this.#base = name === "" ? server : `${server}/@${name.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 50)}-${process.pid}-${worlds}`;
  }

  /** What stands before the paths of an API's contract, in this world. */
  url(api: string): string {
    return (process.env[`MOCKADE_${api.toUpperCase()}_URL`] ?? "").replace(server, this.#base);
  }

  /** Moves the world's clock: a client that waits by it takes no time. */
  sleep = async (seconds: number): Promise<void> => {
    await this.control("POST", "clock/advance", { by: `${seconds}s` });
  };

  /** Asks the mock's control API for something about this world. */
  async control(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await fetch(`${this.#base}/_mockade/v1/${path}`, {
      method,
      headers: { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}
