/** `GET /stations/:id/readings` and `.csv`: readings of one station, newest first. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { isParameterKey } from "#shared/parameter/parameter.ts";
import type { Station } from "#shared/station/station.ts";
import type { ApiContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { checkQuery, count, instant, printable } from "../parameters.ts";
import { isSimulated } from "../simulated.ts";
import { samplesCsv } from "./csv.ts";
import { type ReadingSpan, readSamples } from "./query.ts";

const DAY_MS = 86_400_000;
const DEFAULT_LIMIT = 288;
const MOST = 10_000;

const parameter = z.string().refine(isParameterKey, "expected a parameter such as cod");

const span = (otherwise: number) => ({
  from: instant.optional(),
  to: instant.optional(),
  limit: count(otherwise, MOST),
  parameter: parameter.optional(),
});

export function readingRoutes(app: FastifyInstance, { registry, influx, clock }: ApiContext): void {
  const stationOf = (params: unknown): Station => {
    const { id } = params as { id: string };
    const station = registry.stations.get(id);
    if (station === undefined) {
      throw new ApiError(
        "station-unknown",
        `the registry has no station ${printable(id)}; GET /zones lists them all`,
      );
    }
    return station;
  };
  const spanOf = (station: Station, query: unknown, otherwise: number): ReadingSpan => {
    const asked = checkQuery(span(otherwise), query);
    const to = asked.to ?? Math.max(clock.now(), asked.from ?? 0);
    const from = asked.from ?? to - DAY_MS;
    if (from > to) throw new ApiError("parameter-invalid", "from: expected an instant before to");
    return { station: station.id, from, to, limit: asked.limit, parameter: asked.parameter };
  };

  app.get("/stations/:id/readings", async (request) => {
    const station = stationOf(request.params);
    const asked = spanOf(station, request.query, DEFAULT_LIMIT);
    const samples = await readSamples(influx, asked);
    return {
      simulated: isSimulated(registry, clock),
      station: { id: station.id, name: station.name, zone: station.zone, plant: station.plant },
      from: asked.from,
      to: asked.to,
      count: samples.length,
      readings: samples.map((sample) => ({
        time: sample.time,
        receivedAt: sample.receivedAt,
        values: Object.fromEntries(
          sample.readings.map(({ parameter: key, value, status, flag }) => [key, { value, status, flag }]),
        ),
      })),
    };
  });

  app.get("/stations/:id/readings.csv", async (request, reply) => {
    const station = stationOf(request.params);
    const asked = spanOf(station, request.query, MOST);
    const samples = await readSamples(influx, asked);
    reply
      .type("text/csv; charset=utf-8")
      .header("content-disposition", `attachment; filename="${station.id}-readings.csv"`);
    return samplesCsv(samples, {
      simulated: isSimulated(registry, clock),
      timeZone: registry.settings.timeZone,
      parameters: asked.parameter === undefined ? Object.keys(station.parameters) : [asked.parameter],
    });
  });
}
