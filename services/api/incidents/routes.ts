/** `GET /incidents?open=` and `GET /incidents/:id`: incidents newest first, and one with its events and mails. */
import type { FastifyInstance } from "fastify";
import { readEventsOf, readIncidentEvents } from "#shared/incident/incident-points.ts";
import { readMails } from "#shared/mail/mail-points.ts";
import type { ApiContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { checkQuery, count, flag, id, printable } from "../parameters.ts";
import { viewIncidents } from "./incident-view.ts";

const DEFAULT_LIMIT = 500;
const MOST = 10_000;
const MAILS_LOOKED_AT = 10_000;

export function incidentRoutes(app: FastifyInstance, { registry, influx }: ApiContext): void {
  const shape = { open: flag.optional(), zone: id.optional(), limit: count(DEFAULT_LIMIT, MOST) };

  app.get("/incidents", async (request) => {
    const asked = checkQuery(shape, request.query);
    const incidents = viewIncidents(await readIncidentEvents(influx), registry)
      .filter(({ closedAt }) => asked.open === undefined || asked.open === (closedAt === null))
      .filter(({ zone }) => asked.zone === undefined || asked.zone === zone.id);
    return { count: incidents.length, incidents: incidents.slice(0, asked.limit) };
  });

  app.get("/incidents/:id", async (request) => {
    checkQuery({}, request.query);
    const { id: wanted } = request.params as { id: string };
    const events = await readEventsOf(influx, wanted);
    const [incident] = viewIncidents(events, registry);
    if (incident === undefined) {
      throw new ApiError("incident-unknown", `no incident ${printable(wanted)}; GET /incidents lists them`);
    }
    const mails = await readMails(influx, MAILS_LOOKED_AT);
    return { incident, events, mails: mails.filter((mail) => mail.incident === wanted) };
  });
}
