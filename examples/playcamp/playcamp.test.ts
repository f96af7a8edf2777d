/** The client's suite: `mockade exec playcamp -- node --test examples/playcamp/*.test.ts`. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { World } from "../world.ts";
import { PlayCamp } from "./playcamp.ts";

const NOON = new Date("2026-01-05T12:00:00Z");
const payment = (transactionId: string) => ({
  transactionId,
  userId: "user-42",
  productId: "gems-100",
  amount: 9.99,
  currency: "USD",
});
const start = (name: string, key = "ak_server_demo:secret") => new PlayCamp(new World(name).url("playcamp"), key);

test("all payments are found page by page, and each is registered once", async (t) => {
  const playcamp = start(t.name);
  const orders = ["order-1", "order-2", "order-3"];
  for (const order of orders) assert.equal(await playcamp.pay(payment(order), NOON), true);
  assert.equal(await playcamp.pay(payment("order-1"), NOON), false);
  const found = new Set<string>();
  for await (const one of playcamp.payments("user-42", 2)) found.add(one.transactionId);
  assert.ok(orders.every((order) => found.has(order)));
});

test("a match counts once", async (t) => {
  const playcamp = start(t.name);
  const began = new Date(NOON.getTime() - 1_800_000);
  assert.equal(await playcamp.recordPlaytime("match-7", "user-42", began, 1800), true);
  assert.equal(await playcamp.recordPlaytime("match-7", "user-42", began, 1800), false);
});

test("a key that there is not is refused", async (t) => {
  await assert.rejects(start(t.name, "ak_server_demo:wrong").pay(payment("order-1"), NOON), { status: 401 });
});
