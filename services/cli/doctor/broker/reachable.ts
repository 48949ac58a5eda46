/** Whether the broker answers, and how fast. In: its address; out: a look. */
import { withoutPassword } from "#shared/runtime/log.ts";
import { green } from "../finding.ts";
import type { Check } from "../run-checks.ts";
import { fence, probeTopic, withClient } from "./client.ts";

export function brokerCheck(url: string): Check {
  return {
    area: "broker",
    name: "reachable",
    proves: "broker",
    why: "without the broker nothing is received; stations keep what is not acknowledged as far as they can",
    remedy:
      "start the broker, or mend OUTFALL_MQTT_URL: address, user and password (the user needs the topics of `outfall provision`)",
    async look(signal) {
      const topic = probeTopic();
      return withClient({ url, signal }, async (client) => {
        await client.subscribeAsync(topic, { qos: 1 });
        const started = performance.now();
        await fence(client, topic, signal);
        const ms = Math.round(performance.now() - started);
        return green(`${withoutPassword(url)} brings a message back in ${ms} ms`);
      });
    },
  };
}
