/** `GET /missing-plants?at=&geography=&province=&all=&format=`: the register of zones without a proper plant, worst first; JSON, or CSV. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { isListed, missingPlantRegister } from "#shared/plant/register.ts";
import { registerCsv } from "#shared/plant/register-csv.ts";
import { localDay } from "#shared/time/local-day.ts";
import type { ApiContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { checkQuery, flag, printable } from "../parameters.ts";
import { isSimulated, SIMULATED_WORDS } from "../simulated.ts";

const shape = {
  at: z.iso.date("expected a date, e.g. 2025-06-30").optional(),
  geography: z.enum(["NSO-2024", "NSO-2025"], "expected NSO-2024 or NSO-2025").optional(),
  province: z.string().optional(),
  all: flag.optional(),
  format: z.enum(["json", "csv"], "expected json or csv").default("json"),
};

export function missingPlantRoutes(app: FastifyInstance, { registry, clock }: ApiContext): void {
  app.get("/missing-plants", async (request, reply) => {
    const { at, geography, province, all, format } = checkQuery(shape, request.query);
    const day = at ?? localDay(clock.now(), registry.settings.timeZone);
    const register = missingPlantRegister(registry, { day, geography, province });
    if (province !== undefined && register.rows.length === 0) {
      throw new ApiError(
        "not-found",
        `no operating zone is in province ${printable(province)} of ${register.geography}; expected e.g. NSO-2025/92`,
      );
    }
    const rows = all ? register.rows : register.rows.filter(isListed);
    const simulated = isSimulated(registry, clock);
    if (format === "json") return { registry: registry.version, simulated, ...register, rows };
    return reply
      .type("text/csv; charset=utf-8")
      .header("content-disposition", 'attachment; filename="missing-plants.csv"')
      .send(registerCsv({ rows }, simulated ? SIMULATED_WORDS : undefined));
  });
}
