/** The most the broker can give: a bare MQTT.js subscriber with default acknowledgements drains the session's queue. Out: messages a second. */
import { connect } from "mqtt";
import { subscription } from "#shared/mqtt/topic.ts";
import { ROOT } from "../load/registry.ts";

export const BARE_CLIENT_ID = "bench-bare-subscriber";

/** From the broker's CONNACK to the last message. */
export async function benchBrokerLimit(url: string, messages: number): Promise<number> {
  const done = Promise.withResolvers<number>();
  const client = connect(url, { clientId: BARE_CLIENT_ID, clean: false, reconnectPeriod: 0 });
  let connectedAt = 0;
  let received = 0;
  client.on("connect", () => {
    connectedAt = performance.now();
  });
  client.on("message", () => {
    received += 1;
    if (received === messages) done.resolve((messages * 1000) / (performance.now() - connectedAt));
  });
  client.on("error", done.reject);
  try {
    return await done.promise;
  } finally {
    await client.unsubscribeAsync(subscription(ROOT));
    await client.endAsync();
  }
}
