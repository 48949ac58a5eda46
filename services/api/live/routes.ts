/** `GET /live`: the overview as server-sent events, at once and whenever it changed. Bounded listeners; a slow one skips to the newest. */
import type { ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import { ApiError } from "../errors.ts";
import { checkQuery } from "../parameters.ts";
import type { LiveEvent, LiveFeed } from "./feed.ts";

const MOST_LISTENERS = 100;
const RETRY_MS = 2_000;
const HEARTBEAT_MS = 15_000;

/** Ends every open stream, so that the server can close. */
export type EndStreams = () => void;

export function liveRoutes(app: FastifyInstance, feed: LiveFeed): EndStreams {
  const open = new Set<() => void>();

  app.get("/live", (request, reply) => {
    checkQuery({}, request.query);
    if (feed.listeners >= MOST_LISTENERS) {
      throw new ApiError("too-many-listeners", `${MOST_LISTENERS} pages listen already; try again later`);
    }
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    raw.write(`retry: ${RETRY_MS}\n\n`);
    const unsubscribe = feed.subscribe(createWriter(raw));
    const heartbeat = setInterval(() => raw.write(": still here\n\n"), HEARTBEAT_MS);
    const end = () => {
      open.delete(end);
      clearInterval(heartbeat);
      unsubscribe();
      raw.end();
    };
    open.add(end);
    raw.on("close", end);
    raw.on("error", end);
  });

  return () => {
    for (const end of [...open]) end();
  };
}

/** Writes events; while the connection does not take them only the newest of each kind is kept. */
function createWriter(raw: ServerResponse): (event: LiveEvent) => void {
  const waiting = new Map<LiveEvent["event"], LiveEvent>();
  const write = ({ event, data }: LiveEvent) => raw.write(`event: ${event}\ndata: ${data}\n\n`);
  raw.on("drain", () => {
    const events = [...waiting.values()];
    waiting.clear();
    for (const event of events) write(event);
  });
  return (event) => {
    if (raw.destroyed || raw.writableEnded) return;
    if (raw.writableNeedDrain) waiting.set(event.event, event);
    else write(event);
  };
}
