// openapi-backend on fastify: requests checked, a credential asked for, recorded answers given.
import { readFileSync } from "node:fs";
import fastify from "fastify";
import { OpenAPIBackend } from "openapi-backend";

const [port, contract, recorded] = process.argv.slice(2);
const definition = JSON.parse(readFileSync(contract, "utf8"));
const api = new OpenAPIBackend({ definition, ajvOpts: { strict: false, allErrors: true } });

api.register({
  validationFail: (c, _request, reply) => reply.code(422).send({ detail: c.validation.errors }),
  unauthorizedHandler: (_c, _request, reply) => reply.code(401).send({ error: "unauthorized" }),
  notFound: (_c, _request, reply) => reply.code(404).send({ error: "not found" }),
});

const operations = new Set(
  Object.values(definition.paths).flatMap((item) => Object.values(item).map((one) => one.operationId)),
);
// Of two answers of one operation the first is given.
for (const { operation, status, headers, body } of JSON.parse(readFileSync(recorded, "utf8")).reverse()) {
  if (status >= 300 || !operations.has(operation)) continue;
  const value = JSON.parse(body);
  api.register(operation, (_c, request, reply) => {
    if (headers.etag) reply.header("etag", headers.etag);
    if (headers.etag && request.headers["if-none-match"] === headers.etag) return reply.code(304).send();
    return reply.code(status).send(value);
  });
}

for (const [name, scheme] of Object.entries(definition.components.securitySchemes)) {
  api.registerSecurityHandler(name, (_c, { headers }) => {
    if (scheme.type === "http") return headers.authorization?.startsWith("Bearer ");
    return Boolean(scheme.in === "header" ? headers[scheme.name.toLowerCase()] : headers.cookie);
  });
}
await api.init();

const server = fastify({ logger: false });
server.all("/*", (request, reply) => {
  const { method, url: path, body, query, headers } = request;
  return api.handleRequest({ method, path, body, query, headers }, request, reply);
});
await server.listen({ port: Number(port), host: "127.0.0.1" });
