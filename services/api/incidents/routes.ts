/** `GET /incidents?open=` and `GET /incidents/:id`: incidents newest first, and one in full. */
import type { FastifyInstance } from "fastify";
import { readEventsOf, readIncidentEvents } from "#shared/incident/incident-points.ts";
import { quote } from "#shared/influx/line.ts";
import { readMails } from "#shared/mail/mail-points.ts";
import type { ApiContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { checkQuery, count, flag, id, printable } from "../parameters.ts";
import { isSimulated } from "../simulated.ts";
import { viewIncidentDetail } from "./incident-detail.ts";
import { viewIncidents } from "./incident-view.ts";

const DEFAULT_LIMIT = 500;
const MOST = 10_000;
const MOST_MAILS = 1_000;

export function incidentRoutes(app: FastifyInstance, { registry, influx, clock }: ApiContext): void {
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
    const [events, mails] = await Promise.all([
      readEventsOf(influx, wanted),
      readMails(influx, MOST_MAILS, `incident = ${quote(wanted)}`),
    ]);
    const detail = viewIncidentDetail(events, mails, registry, isSimulated(registry, clock));
    if (detail === undefined) {
      throw new ApiError("incident-unknown", `no incident ${printable(wanted)}; GET /incidents lists them`);
    }
    return detail;
  });
}
