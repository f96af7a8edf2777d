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

export function asCurl({ world, request }) {
  const parts = [`curl -i ${request.method === "GET" ? "" : `-X ${request.method} `}${quoted(worldUrl(world) + target(request))}`];
  for (const [name, value] of sent(request)) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (request.body !== null) parts.push(`--data-raw ${quoted(text(request.body))}`);
  return parts.join(" \\\n  ");
}

export function asPytest(entry) {
  const { request, response } = entry;
  const name = (entry.operation || `${request.method} ${request.path}`).replace(/[^A-Za-z0-9]+/g, "_").replace(/^_|_$/g, "").toLowerCase();
  const lines = [`def test_${name}(mockade):`, `    answer = httpx.request(`, `        ${python(request.method)},`,
    `        mockade.url + ${python(target(request))},`];
  const headers = Object.fromEntries(sent(request).filter(([one]) => request.body === null || typeof request.body === "string" || one.toLowerCase() !== "content-type"));
  if (Object.keys(headers).length) lines.push(`        headers=${python(headers)},`);
  if (request.body !== null) lines.push(`        ${typeof request.body === "string" ? "content" : "json"}=${python(request.body)},`);
  lines.push("    )", `    assert answer.status_code == ${response.status || 0}`);
  if (response.body !== null && typeof response.body === "object") lines.push(`    assert answer.json() == ${python(response.body)}`);
  return `import httpx\n\n\n${lines.join("\n")}\n`;
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
          ...(body === null ? {} : { postData: { mimeType: type(request.headers), text: body } }),
        },
        response: {
          status: response.status || 0, statusText: "", httpVersion: "HTTP/1.1", cookies: [], headers: pairs(response.headers),
          content: { size: new Blob([answer]).size, mimeType: type(response.headers), text: answer },
          redirectURL: "", headersSize: -1, bodySize: -1,
        },
        cache: {},
        timings: { send: 0, wait: 0, receive: 0 },
      }],
    },
  }, null, 2);
}

/** The rows that an exchange left, as a fixture file has them, by API: `[[api, text], …]`. */
export function asFixtures(entry) {
  const apis = {};
  for (const { api, collection, after } of entry.changes) {
    if (after) ((apis[api || entry.api] ||= {})[collection] ||= []).push(after);
  }
  return Object.entries(apis).map(([api, collections]) => [api, yaml(collections)]);
}
