/**
 * The twelve bugs of bugs.py, planted in this client: `mockade exec examples/library -- node examples/library/bugs.ts wrong_enum`.
 *
 * Which of Mockade's gates catches which: docs/ci.md.
 */

import { World } from "../world.ts";
import { type Book, Library, LibraryError, type Loan } from "./library.ts";

const HARBOUR = "9780000000001";
const NEW: Book = { isbn: "9780000000009", title: "The Storm", format: "ebook", pages: 96 };

type Branch = "centre" | "harbour";

class WrongEnum extends Library {
  override add(book: Book, branch?: Branch): Promise<Book> {
    return super.add({ ...book, format: "e-book" as Book["format"] }, branch);
  }
}

class WrongType extends Library {
  override add(book: Book, branch?: Branch): Promise<Book> {
    return super.add({ ...book, pages: `${book.pages}` as unknown as number }, branch);
  }
}

class WrongHeader extends Library {
  override add(book: Book, branch: Branch = "centre"): Promise<Book> {
    return super.add(book, branch.toUpperCase() as Branch);
  }
}

class UndeclaredField extends Library {
  override async borrow(isbn: string): Promise<Loan> {
    await this.ask("POST", "/loans", { isbn, untill: "2026-12-24" });
    return super.borrow(isbn);
  }
}

class UndeclaredQuery extends Library {
  override async *books(page = 20): AsyncGenerator<Book> {
    const found = await (await this.ask("GET", `/books?limit=${page}&sort=title`)).json();
    yield* found.items;
  }
}

class UndocumentedPath extends Library {
  override async book(isbn: string): Promise<Book> {
    return this.keep(await this.ask("GET", `/book/${isbn}`));
  }
}

class WrongMediaType extends Library {
  override async add(book: Book, branch: Branch = "centre"): Promise<Book> {
    const type = "application/x-www-form-urlencoded";
    return this.keep(await this.ask("POST", "/books", { ...book }, { "X-Branch": branch, "Content-Type": type }));
  }
}

class IgnoredRefusal extends Library {
  override async add(book: Book, branch?: Branch): Promise<Book> {
    for (let times = 0; times < 5; times += 1) {
      try {
        return await super.add(book, branch);
      } catch (refusal) {
        if (!(refusal instanceof LibraryError) || refusal.status !== 409) throw refusal;
      }
    }
    return book;
  }
}

class MissingEtag extends Library {
  override async rename(isbn: string, title: string): Promise<Book> {
    const { format } = await this.book(isbn);
    return this.keep(await this.ask("PUT", `/books/${isbn}`, { isbn, title, format }));
  }
}

class EndlessPaging extends Library {
  override async *books(page = 20): AsyncGenerator<Book> {
    const { nextCursor } = await (await this.ask("GET", `/books?limit=${page}`)).json();
    // It would go on for ever: the cursor is never the next one's.
    for (let times = 0; times < 5; times += 1) {
      yield* (await (await this.ask("GET", `/books?limit=${page}&cursor=${nextCursor}`)).json()).items;
    }
  }
}

class PollingTooFast extends Library {
  override async borrow(isbn: string): Promise<Loan> {
    let loan = (await (await this.ask("POST", "/loans", { isbn })).json()) as Loan;
    for (let times = 0; times < 5; times += 1) {
      await this.sleep(0.1);
      loan = (await (await this.ask("GET", `/loans/${loan.id}`)).json()) as Loan;
    }
    return loan;
  }
}

class StaleContract extends Library {
  override async book(isbn: string): Promise<Book> {
    await this.ask("GET", `/books/${isbn}/summary`, undefined, { "Accept-Version": "1.4" });
    return super.book(isbn);
  }
}

const BUGS: Record<string, typeof Library> = {
  wrong_enum: WrongEnum,
  wrong_type: WrongType,
  wrong_header: WrongHeader,
  undeclared_field: UndeclaredField,
  undeclared_query: UndeclaredQuery,
  undocumented_path: UndocumentedPath,
  wrong_media_type: WrongMediaType,
  ignored_refusal: IgnoredRefusal,
  missing_etag: MissingEtag,
  endless_paging: EndlessPaging,
  polling_too_fast: PollingTooFast,
  stale_contract: StaleContract,
};

/** What a reader does in a day, whatever the library says to it. */
async function use(library: Library): Promise<void> {
  const acts = [
    async () => {
      for await (const _ of library.books(2));
    },
    () => library.add(NEW),
    () => library.add(NEW),
    () => library.book(HARBOUR),
    () => library.rename(HARBOUR, "The Port"),
    () => library.borrow(HARBOUR),
  ];
  for (const act of acts) {
    try {
      await act();
    } catch (refusal) {
      if (!(refusal instanceof LibraryError)) throw refusal;
    }
  }
}

const world = new World();
let waits = 0;

/** Waits by the world's clock; the third time the librarian has brought what was asked for. */
async function sleep(seconds: number): Promise<void> {
  await world.sleep(seconds);
  waits += 1;
  if (waits !== 3) return;
  for (const loan of (await world.control("GET", "state/library/loans")).rows) {
    await world.control("PATCH", `state/library/loans/${loan.id}`, { state: "ready" });
  }
}

await use(new (BUGS[process.argv[2] ?? ""] ?? Library)(world.url("library"), "reader-key", sleep));
