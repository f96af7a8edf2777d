/** A client of PlayCamp's server API: payments and playtime of a game's users. */

export interface Payment {
  transactionId: string;
  userId: string;
  productId: string;
  amount: number;
  currency: string;
}

/** PlayCamp said no; `code` is its word for it. */
export class PlayCampError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(`${status} ${code}: ${message}`);
    this.status = status;
    this.code = code;
  }
}

interface Page {
  data: Payment[];
  pagination: { totalPages: number };
}

export class PlayCamp {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = `${url}/v1/server`;
    this.#key = key;
  }

  /** Registers a payment; false where that transaction is registered already. */
  async pay(payment: Payment, at: Date): Promise<boolean> {
    const store = { platform: "Android", distributionType: "MOBILE_STORE" };
    try {
      await this.#ask("POST", "/payments", { ...payment, ...store, purchasedAt: at.toISOString() });
    } catch (refusal) {
      if (!(refusal instanceof PlayCampError) || refusal.status !== 409) throw refusal;
      return false;
    }
    return true;
  }

  /** All payments of a user, the newest first, fetched page by page. */
  async *payments(user: string, pageSize = 20): AsyncGenerator<Payment> {
    for (let page = 1, pages = 1; page <= pages; page++) {
      const found = await this.#ask<Page>("GET", `/payments/user/${user}?page=${page}&limit=${pageSize}`);
      yield* found.data;
      pages = found.pagination.totalPages;
    }
  }

  /** Whether it was recorded now; false where that session was known. */
  async recordPlaytime(sessionId: string, userId: string, began: Date, seconds: number): Promise<boolean> {
    const body = {
      sessionId,
      userId,
      durationSeconds: seconds,
      startedAt: began.toISOString(),
      endedAt: new Date(began.getTime() + seconds * 1000).toISOString(),
    };
    return (await this.#ask<{ data: { recorded: boolean } }>("POST", "/playtime/sessions", body)).data.recorded;
  }

  async #ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers: Record<string, string> = { Authorization: `Bearer ${this.#key}` };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(this.#url + path, { method, headers, body: JSON.stringify(body) });
    if (answer.ok) return (await answer.json()) as Answer;
    const said = (await answer.json()) as { code: string; error: string };
    throw new PlayCampError(answer.status, said.code, said.error);
  }
}
