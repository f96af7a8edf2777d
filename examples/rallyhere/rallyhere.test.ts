/** The client's suite: `mockade exec rallyhere -- node --test examples/rallyhere/*.test.ts`. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { World } from "../world.ts";
import { Lobby, players } from "./rallyhere.ts";

const lobby = (world: World, token: string, sleep = world.sleep) => new Lobby(world.url("rallyhere"), token, sleep);

test("two players meet in one session", async (t) => {
  const world = new World(t.name);
  assert.equal(await lobby(world, "ada").enter("casual"), await lobby(world, "ben").enter("casual"));
});

test("a full team takes nobody in", async (t) => {
  assert.equal(await lobby(new World(t.name), "ada").join("duel-full"), false);
});

test("one waits until the others are there", async (t) => {
  const world = new World(t.name);
  const [waits, dov] = [[] as number[], lobby(world, "dov")];
  const cleo = lobby(world, "cleo", async (seconds) => {
    await world.sleep(seconds);
    if (waits.push(seconds) === 3) await dov.enter("casual");
  });
  const session = await cleo.enter("casual");
  const count = players(await cleo.session(session));
  assert.equal(players(await cleo.waitFor(session, count + 1)), count + 1);
  assert.deepEqual(waits, [5, 5, 5]);
});

test("who has left is no member", async (t) => {
  const ada = lobby(new World(t.name), "ada");
  const session = await ada.enter("party");
  await ada.leave(session);
  await assert.rejects(ada.leave(session), { status: 404 });
});

test("an outage is waited for", async (t) => {
  const world = new World(t.name);
  await world.control("POST", "faults", { match: { operation: "get_session_by_id" }, do: { status: 503 }, count: 2 });
  assert.equal((await lobby(world, "ada").session("casual-1")).type, "casual");
});
