/** The control API by fetch. What it refuses is a `Refused`, whose message says what to do. */

import { parse } from "./json.js";

const V1 = "/_mockade/v1";
const KEPT = "mockade-token";

class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || `The server answered ${status}.`);
    this.status = status;
    this.violations = problem.violations || [];
  }
}

let askForToken = async () => null;
let asking = null;
let isDeclined = false;

/** `ask(wasWrong)` promises a token, or null where nobody gives one. */
export function onTokenAsked(ask) {
  askForToken = ask;
}

export const forgetToken = () => sessionStorage.removeItem(KEPT);

async function newToken() {
  if (isDeclined) return false;
  asking = asking || askForToken(sessionStorage.getItem(KEPT) !== null).finally(() => { asking = null; });
  const token = await asking;
  if (token === null) isDeclined = true; // until the page is loaded again: what follows asks on and on
  else sessionStorage.setItem(KEPT, token);
  return token !== null;
}

/** How often what one of several workers does not have is asked for: each time over another connection, maybe of another. */
const MOST_TRIES = 20;

const isElsewhere = (answer) => answer.status === 404 && answer.headers.has("retry-after");

/** A response, whatever its status but 401: then a token is asked for, and the request sent again. */
export async function request(method, path, { body, headers = {}, signal } = {}) {
  for (let tries = 1; ;) {
    const token = sessionStorage.getItem(KEPT);
    const sent = { ...headers };
    if (token) sent["X-Mockade-Token"] = token;
    if (body !== undefined) sent["Content-Type"] = "application/json";
    const answer = await fetch(V1 + path, {
      method, headers: sent, signal, cache: "no-store", body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (isElsewhere(answer) && tries++ < MOST_TRIES) continue;
    if (answer.status !== 401 || !(await newToken())) return answer;
  }
}

/** What is answered: its JSON (null where it has none), the row's tag, and the number of the entry it made. */
export async function send(method, path, body, options = {}) {
  const answer = await request(method, path, { body, ...options });
  const text = await answer.text();
  let data = null;
  try {
    data = text ? parse(text) : null;
  } catch {
    data = null;
  }
  if (!answer.ok) throw new Refused(answer.status, data || {});
  const { headers } = answer;
  return { data, tag: headers.get("etag"), entry: Number(headers.get("x-mockade-exchange")) };
}

export const ask = async (...asked) => (await send(...asked)).data;
export const get = (path) => ask("GET", path);

/** A text as a part of a path. Raises where no address can have it: a browser takes `..` for the way up. */
export function segment(text) {
  if (["", ".", ".."].includes(text)) {
    throw new Error(`No address can name ${JSON.stringify(text)}: change it as a client, or with a snapshot.`);
  }
  return encodeURIComponent(text);
}

/** A path of the control API in a world. */
export const inWorld = (world, path) => `/worlds/${segment(world)}${path}`;

/** What stands before a contract's paths in this world. */
export const worldUrl = (world) => location.origin + (world === "default" ? "" : `/@${world}`);
