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
  /** What has no place on the tab would be taken for a configuration. */
  const onTab = (column: number) => ({ z: "flow", x: 160 * column, y: 80 });
  return [
    { id: "flow", type: "tab", label: "MQTT to InfluxDB", disabled: false },
    {
      id: "broker-settings",
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
      id: "database-settings",
      type: "influxdb",
      influxdbVersion: "1.x",
      hostname: influx.hostname,
      port: influx.port,
      protocol: "http",
      database: options.database,
      usetls: false,
    },
    {
      id: "messages",
      type: "mqtt in",
      ...onTab(1),
      topic: options.subscription,
      qos: "1",
      datatype: "json",
      broker: "broker-settings",
      nl: false,
      rap: true,
      rh: 0,
      wires: [["point"]],
    },
    {
      id: "point",
      type: "function",
      ...onTab(2),
      func: TO_POINT,
      outputs: 1,
      noerr: 0,
      libs: [],
      wires: [["points"]],
    },
    {
      id: "points",
      type: "join",
      ...onTab(3),
      mode: "custom",
      build: "array",
      property: "payload",
      propertyType: "msg",
      count: POINTS_A_WRITE,
      timeout: WRITE_AFTER_SECONDS,
      accumulate: false,
      wires: [["writes"]],
    },
    {
      id: "writes",
      type: "influxdb batch",
      ...onTab(4),
      influxdb: "database-settings",
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
