/** `GET /zones`: every zone of the registry with its province today, its plants and stations, and whether a running plant serves it. */
import type { FastifyInstance } from "fastify";
import { isArmed } from "#shared/commissioning/commissioning.ts";
import { plantStateOfZone, stepAt } from "#shared/plant/plant.ts";
import { plantsServing } from "#shared/registry/registry.ts";
import { localDay } from "#shared/time/local-day.ts";
import { provinceAt } from "#shared/zone/zone.ts";
import type { ApiContext } from "../context.ts";
import { checkQuery } from "../parameters.ts";

export function zoneRoutes(app: FastifyInstance, { registry, clock }: ApiContext): void {
  app.get("/zones", async (request) => {
    checkQuery({}, request.query);
    const day = localDay(clock.now(), registry.settings.timeZone);
    return {
      registry: registry.version,
      zones: [...registry.zones.values()].map((zone) => {
        const plants = plantsServing(registry, zone.id);
        return {
          id: zone.id,
          name: zone.name,
          simulated: zone.simulated,
          status: zone.status,
          armed: isArmed(registry, zone, null, clock.now()),
          province: provinceAt(zone, clock.now(), registry.settings.timeZone),
          plantState: plantStateOfZone(zone, plants, day),
          plants: plants.map((plant) => {
            const { id, name, zone: home, serves } = plant;
            return { id, name, state: stepAt(plant, day).state, zone: home, serves };
          }),
          stations: [...registry.stations.values()]
            .filter((station) => station.zone === zone.id)
            .map(({ id, name, plant, parameters, intervalMs }) => ({
              id,
              name,
              plant,
              intervalMs,
              armed: isArmed(registry, zone, id, clock.now()),
              parameters: Object.keys(parameters),
            })),
        };
      }),
    };
  });
}
