/** The broker's settings that cannot be tried out. In: its address, or the file that was named; out: looks at them. */
import { yellow } from "../finding.ts";
import type { Check } from "../run-checks.ts";
import { judgeConf, parseConf } from "./conf.ts";
import { findConf } from "./find-conf.ts";

const DEFAULT_PORT = 1_883;

export function confCheck(url: string, named: string | undefined): Check {
  return {
    area: "broker",
    name: "settings",
    why: "what a crash or restart of the broker would lose cannot be tried out on a broker that works",
    remedy: "take the settings of services/provision/broker/mosquitto.conf",
    async look() {
      const found = await findConf(named, Number(new URL(url).port || DEFAULT_PORT));
      if (found === undefined)
        return yellow(
          "not looked at: no mosquitto.conf of this broker is at hand",
          "name it with --mosquitto-conf FILE, or run the doctor on the broker's machine",
        );
      return judgeConf(parseConf(found.text)).map((look) => ({
        ...look,
        found: `${look.found} (${found.from})`,
      }));
    },
  };
}
