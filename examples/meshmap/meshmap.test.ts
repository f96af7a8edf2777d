/** The client's suite: `mockade exec meshmap -- node --test examples/meshmap/*.test.ts`. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { World } from "../world.ts";
import { MeshMap } from "./meshmap.ts";

const start = (name: string) => new MeshMap(new World(name).url("meshmap"), "meshmap-demo-key");

test("the best stands first", async (t) => {
  const meshmap = start(t.name);
  const [zoe, session] = [await meshmap.createPlayer("Zoe"), await meshmap.openSession("trivia")];
  await meshmap.join(session, zoe);
  await meshmap.score(session, zoe, 999);
  assert.deepEqual(await meshmap.leaderboard("trivia", 1), [{ player: "Zoe", score: 999 }]);
  assert.deepEqual(await meshmap.leaderboard("chess"), []);
});

test("a name is taken once", async (t) => {
  const meshmap = start(t.name);
  await meshmap.createPlayer("Zoe");
  await assert.rejects(meshmap.createPlayer("Zoe"), /already exists/);
});
