/** A bare station for tests: publishes what it is told, however wrong, and knows what the broker acknowledged. */
import { connectAsync, type MqttClient } from "mqtt";

export interface TestPublisher {
  publish(topic: string, payload: unknown): Promise<void>;
  readonly client: MqttClient;
  close(): Promise<void>;
}

/** `payload`: a string or Buffer is sent as it is, anything else as JSON. */
export async function createPublisher(
  url: string,
  clientId = `test-${Math.random()}`,
): Promise<TestPublisher> {
  const client = await connectAsync(url, { clientId, clean: true });
  return {
    client,
    async publish(topic, payload) {
      const raw = typeof payload === "string" || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
      await client.publishAsync(topic, raw, { qos: 1 });
    },
    close: () => client.endAsync(),
  };
}
