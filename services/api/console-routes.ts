/** `GET /` and the console's files, from the table in memory; an unchanged file is answered 304. */
import type { FastifyInstance } from "fastify";
import type { ConsoleAssets } from "./console-assets.ts";

export function consoleRoutes(app: FastifyInstance, assets: ConsoleAssets): void {
  for (const [path, { type, body, etag }] of assets.files) {
    app.get(path, (request, reply) => {
      reply.header("etag", etag).header("cache-control", "no-cache");
      if (path === "/") reply.header("content-security-policy", assets.policy);
      if (request.headers["if-none-match"] === etag) return reply.code(304).send();
      return reply.type(type).send(body);
    });
  }
}
