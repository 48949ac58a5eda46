/**
 * A Node-RED flow from MQTT to InfluxDB as its users build it for throughput: mqtt in (QoS 1, persistent session) →
 * a function that makes a point of topic and JSON → join, thousands of points an array → influxdb batch. Out: the
 * flow file and the settings file. Pure.
 */

export interface FlowOptions {
  readonly mqttUrl: string;
  readonly clientId: string;
  readonly subscription: string;
  readonly influxUrl: string;
  readonly database: string;
}

const POINTS_A_WRITE = "5000";
/** What waits shorter than this for a full array is written anyway. */
const WRITE_AFTER_SECONDS = "0.25";

const TO_POINT = `
const [, , zone, plant, station] = msg.topic.split("/");
const { time, readings } = msg.payload;
msg.payload = {
  measurement: "effluent",
  tags: { zone, plant, station },
  fields: readings,
  timestamp: new Date(time),
};
return msg;
`;

export function flowOf(options: FlowOptions): object[] {
  const mqtt = new URL(options.mqttUrl);
  const influx = new URL(options.influxUrl);
  const z = "flow";
  return [
    { id: z, type: "tab", label: "MQTT to InfluxDB", disabled: false },
    {
      id: "broker",
      type: "mqtt-broker",
      broker: mqtt.hostname,
      port: mqtt.port,
      clientid: options.clientId,
      autoConnect: true,
      usetls: false,
      protocolVersion: "4",
      keepalive: "60",
      cleansession: false,
    },
    {
      id: "database",
      type: "influxdb",
      influxdbVersion: "1.x",
      hostname: influx.hostname,
      port: influx.port,
      protocol: "http",
      database: options.database,
      usetls: false,
    },
    {
      id: "in",
      type: "mqtt in",
      z,
      topic: options.subscription,
      qos: "1",
      datatype: "json",
      broker: "broker",
      nl: false,
      rap: true,
      rh: 0,
      wires: [["point"]],
    },
    {
      id: "point",
      type: "function",
      z,
      func: TO_POINT,
      outputs: 1,
      noerr: 0,
      libs: [],
      wires: [["join"]],
    },
    {
      id: "join",
      type: "join",
      z,
      mode: "custom",
      build: "array",
      property: "payload",
      propertyType: "msg",
      count: POINTS_A_WRITE,
      timeout: WRITE_AFTER_SECONDS,
      accumulate: false,
      wires: [["out"]],
    },
    {
      id: "out",
      type: "influxdb batch",
      z,
      influxdb: "database",
      precision: "ms",
      retentionPolicy: "raw",
      wires: [],
    },
  ];
}

/** Headless; each log line a JSON object with its own time, since the console's has no milliseconds. */
export function settingsOf(folder: string): string {
  return `module.exports = ${JSON.stringify(
    {
      userDir: folder,
      flowFile: "flow.json",
      httpAdminRoot: false,
      httpNodeRoot: false,
      disableEditor: true,
      telemetry: { enabled: false },
      credentialSecret: false,
    },
    null,
    2,
  )};
module.exports.logging = {
  bench: {
    level: "info",
    handler: () => (message) =>
      process.stdout.write(JSON.stringify({ time: Date.now(), text: String(message.msg) }) + "\\n"),
  },
};
`;
}
