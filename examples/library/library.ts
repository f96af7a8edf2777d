/** A client of the library: it keeps ETags, pages to the end, and waits as long as it is asked to. */

export type Format = "paper" | "ebook";

export interface Book {
  isbn: string;
  title: string;
  format: Format;
  pages?: number;
}

export interface Loan {
  id: string;
  isbn: string;
  state: "asked" | "ready";
}

interface Page {
  items: Book[];
  nextCursor: string | null;
}

/** The least that the contract asks to lie between two looks at a loan, in seconds. */
const POLL_SECONDS = 2;

/** The library said no; `status` is what HTTP says of it. */
export class LibraryError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(`${status}: ${message}`);
    this.status = status;
  }
}

export type Sleep = (seconds: number) => Promise<void>;

const wait: Sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

export class Library {
  readonly #url: string;
  readonly #key: string;
  protected readonly sleep: Sleep;
  /** By ISBN, a book with its ETag. */
  readonly #kept = new Map<string, { tag: string; book: Book }>();

  constructor(url: string, key: string, sleep: Sleep = wait) {
    this.#url = url;
    this.#key = key;
    this.sleep = sleep;
  }

  /** All books, fetched `page` at a time. */
  async *books(page = 20): AsyncGenerator<Book> {
    let cursor: string | null = null;
    do {
      const query = new URLSearchParams({ limit: `${page}`, ...(cursor === null ? {} : { cursor }) });
      const found = (await (await this.ask("GET", `/books?${query}`)).json()) as Page;
      yield* found.items;
      cursor = found.nextCursor;
    } while (cursor !== null);
  }

  /** Throws a LibraryError of status 409 where there is a book of that ISBN. */
  async add(book: Book, branch: "centre" | "harbour" = "centre"): Promise<Book> {
    return this.keep(await this.ask("POST", "/books", book, { "X-Branch": branch }));
  }

  /** The book as it is now; what has not changed is not sent again. */
  async book(isbn: string): Promise<Book> {
    const kept = this.#kept.get(isbn);
    const answer = await this.ask("GET", `/books/${isbn}`, undefined, kept ? { "If-None-Match": kept.tag } : {});
    return kept && answer.status === 304 ? kept.book : this.keep(answer);
  }

  /** Gives a book another title; what somebody else changed meanwhile stays. */
  async rename(isbn: string, title: string): Promise<Book> {
    for (;;) {
      const book = await this.book(isbn);
      const tag = this.#kept.get(isbn)!.tag;
      try {
        return await this.keep(await this.ask("PUT", `/books/${isbn}`, { ...book, title }, { "If-Match": tag }));
      } catch (refusal) {
        if (!(refusal instanceof LibraryError) || refusal.status !== 412) throw refusal;
      }
    }
  }

  /** Asks for a loan, and waits until it is ready. */
  async borrow(isbn: string): Promise<Loan> {
    let loan = (await (await this.ask("POST", "/loans", { isbn })).json()) as Loan;
    while (loan.state !== "ready") {
      await this.sleep(POLL_SECONDS);
      loan = (await (await this.ask("GET", `/loans/${loan.id}`)).json()) as Loan;
    }
    return loan;
  }

  protected async keep(answer: Response): Promise<Book> {
    const book = (await answer.json()) as Book;
    this.#kept.set(book.isbn, { tag: answer.headers.get("ETag") ?? "", book });
    return book;
  }

  /** Throws a LibraryError; where the library is busy it asks again when it may. */
  protected async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const sent = body === undefined ? {} : { "Content-Type": "application/json" };
    const request = { method, headers: { "X-Key": this.#key, ...sent, ...headers }, body: JSON.stringify(body) };
    let answer = await fetch(this.#url + path, request);
    while (answer.status === 429) {
      await this.sleep(Number(answer.headers.get("Retry-After")));
      answer = await fetch(this.#url + path, request);
    }
    if (answer.status < 400) return answer;
    throw new LibraryError(answer.status, ((await answer.json()) as { error: string }).error);
  }
}
