/** The client's suite: `mockade exec examples/library -- node --test examples/library/*.test.ts`. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { World } from "../world.ts";
import { type Book, Library } from "./library.ts";

const HARBOUR = "9780000000001";
const NEW: Book = { isbn: "9780000000009", title: "The Storm", format: "ebook" };

function start(name: string, sleep?: (seconds: number) => Promise<void>): { world: World; library: Library } {
  const world = new World(name);
  return { world, library: new Library(world.url("library"), "reader-key", sleep ?? world.sleep) };
}

test("all books are found page by page", async (t) => {
  const { library } = start(t.name);
  const titles = [];
  for await (const book of library.books(2)) titles.push(book.title);
  assert.deepEqual(titles, ["The Harbour", "The Lighthouse", "The Tide"]);
});

test("a book is added once", async (t) => {
  const { library } = start(t.name);
  assert.deepEqual(await library.add(NEW), NEW);
  assert.deepEqual(await library.book(NEW.isbn), NEW);
  await assert.rejects(library.add(NEW), { status: 409 });
});

test("what somebody else changed stays", async (t) => {
  const { world, library } = start(t.name);
  await library.book(HARBOUR);
  await world.control("PATCH", `state/library/books/${HARBOUR}`, { pages: 300 });
  assert.deepEqual(await library.rename(HARBOUR, "The Port"), {
    isbn: HARBOUR,
    title: "The Port",
    format: "paper",
    pages: 300,
  });
});

test("a loan is waited for", async (t) => {
  const waits: number[] = [];
  const { world, library } = start(t.name, async (seconds) => {
    await world.sleep(seconds);
    if (waits.push(seconds) === 3) {
      const [loan] = (await world.control("GET", "state/library/loans")).rows; // the librarian brings it
      await world.control("PATCH", `state/library/loans/${loan.id}`, { state: "ready" });
    }
  });
  assert.equal((await library.borrow(HARBOUR)).state, "ready");
  assert.deepEqual(waits, [2, 2, 2]);
});

test("a busy library is asked again when it may be", async (t) => {
  const { world, library } = start(t.name);
  const rule = { match: { operation: "getBook" }, do: { status: 429, retry_after: 5 }, count: 1 };
  await world.control("POST", "faults", rule);
  assert.equal((await library.book(HARBOUR)).title, "The Harbour");
});
