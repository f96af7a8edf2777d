/** An exchange in other forms: for a shell, for pytest, for a browser's developer tools, for fixtures. */

import { worldUrl } from "./api.js";
import { yaml } from "./yaml.js";

const BY_CLIENT = new Set(["host", "content-length", "connection", "accept-encoding", "transfer-encoding", "user-agent"]);

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const python = (value) => JSON.stringify(value)
  .replace(/("(?:[^"\\]|\\.)*")|\b(true|false|null)\b/g, (all, text, word) => text || { true: "True", false: "False", null: "None" }[word]);

const target = ({ path, query }) => path + (query ? `?${query}` : "");
const sent = (request) => Object.entries(request.headers).filter(([name]) => !BY_CLIENT.has(name.toLowerCase()));
const text = (body) => (body === null ? null : typeof body === "string" ? body : JSON.stringify(body));

/** A header as curl takes it: with a colon and nothing behind it, it would leave it out. */
const header = ([name, value]) => (value === "" ? `${name};` : `${name}: ${value}`);

export function asCurl({ world, request }) {
  const url = worldUrl(world) + target(request);
  const method = { GET: "", HEAD: "-I " }[request.method] ?? `-X ${request.method} `;
  const parts = [`curl -i ${/[[\]{}]/.test(url) ? "-g " : ""}${method}${quoted(url)}`];
  for (const one of sent(request)) parts.push(`-H ${quoted(header(one))}`);
  const bytes = request.body_base64;
  if (bytes) parts.push("--data-binary @-");
  else if (request.body !== null) parts.push(`--data-raw ${quoted(text(request.body))}`);
  return (bytes ? `echo ${bytes} | base64 -d | ` : "") + parts.join(" \\\n  ");
}

export function asPytest(entry) {
  const { request, response } = entry;
  const name = (entry.operation || `${request.method} ${request.path}`).replace(/[^A-Za-z0-9]+/g, "_").replace(/^_|_$/g, "").toLowerCase();
  const lines = [`def test_${name}(mockade):`, `    answer = httpx.request(`, `        ${python(request.method)},`,
    `        mockade.url + ${python(target(request))},`];
  const headers = Object.fromEntries(sent(request).filter(([one]) => request.body === null || typeof request.body === "string" || one.toLowerCase() !== "content-type"));
  if (Object.keys(headers).length) lines.push(`        headers=${python(headers)},`);
  if (request.body_base64) lines.push(`        content=base64.b64decode(${python(request.body_base64)}),`);
  else if (request.body !== null) lines.push(`        ${typeof request.body === "string" ? "content" : "json"}=${python(request.body)},`);
  lines.push("    )", `    assert answer.status_code == ${response.status || 0}`);
  if (response.body !== null && typeof response.body === "object") lines.push(`    assert answer.json() == ${python(response.body)}`);
  return `${request.body_base64 ? "import base64\n\n" : ""}import httpx\n\n\n${lines.join("\n")}\n`;
}

const pairs = (headers) => Object.entries(headers).map(([name, value]) => ({ name, value }));

export function asHar({ world, time, request, response }) {
  const body = text(request.body);
  const answer = text(response.body) || "";
  const type = (headers) => headers["content-type"] || "";
  return JSON.stringify({
    log: {
      version: "1.2",
      creator: { name: "Mockade", version: "1" },
      entries: [{
        startedDateTime: time,
        time: 0,
        request: {
          method: request.method, url: worldUrl(world) + target(request), httpVersion: "HTTP/1.1", cookies: [],
          headers: pairs(request.headers), queryString: [...new URLSearchParams(request.query)].map(([name, value]) => ({ name, value })),
          headersSize: -1, bodySize: body === null ? 0 : new Blob([body]).size,
          ...(body === null ? {} : { postData: { mimeType: type(request.headers), text: request.body_base64 || body, ...(request.body_base64 ? { encoding: "base64" } : {}) } }),
        },
        response: {
          status: response.status || 0, statusText: "", httpVersion: "HTTP/1.1", cookies: [], headers: pairs(response.headers),
          content: {
            size: new Blob([answer]).size, mimeType: type(response.headers), text: response.body_base64 || answer,
            ...(response.body_base64 ? { encoding: "base64" } : {}),
          },
          redirectURL: "", headersSize: -1, bodySize: -1,
        },
        cache: {},
        timings: { send: 0, wait: 0, receive: 0 },
      }],
    },
  }, null, 2);
}

/** Rows as fixture files have them, by API: `[[api, text], …]`. */
export function asFixtures(rows) {
  const apis = new Map();
  for (const { api, collection, row } of rows) {
    const collections = apis.get(api) || new Map();
    collections.set(collection, [...(collections.get(collection) || []), row]);
    apis.set(api, collections);
  }
  return [...apis].map(([api, collections]) => [api, yaml(Object.fromEntries(collections))]);
}
