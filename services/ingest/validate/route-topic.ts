/**
 * Where a topic leads. In: an MQTT topic; out: the station and kind it belongs to, or why it is refused. The topics of
 * known stations are remembered, so the memory is bounded by the registry; strange ones are looked at each time.
 */
import { canaryWorker, fenceWorker } from "#shared/mqtt/control-topics.ts";
import { parseTopic, type TopicKind, type TopicRoot } from "#shared/mqtt/topic.ts";
import { type Rejection, reject } from "#shared/reading/rejection.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Station } from "#shared/station/station.ts";

export type Route =
  | { readonly ok: true; readonly kind: TopicKind; readonly station: Station }
  | {
      readonly ok: false;
      readonly rejection: Rejection;
      /** The worker the doctor's canary is for, where the topic is the canary's. */
      readonly canaryFor?: string | undefined;
      /** True for a worker's fence to itself: it has its place in the journal and nothing else. */
      readonly isFence?: boolean | undefined;
    };

/** @returns the same route for the same topic, whoever asks: counting and judging cannot disagree about the plant. */
export type TopicRouter = (topic: string) => Route;

export function createTopicRouter(root: TopicRoot, registry: Pick<Registry, "stations">): TopicRouter {
  const known = new Map<string, Route>();
  return (topic) => {
    const found = known.get(topic);
    if (found !== undefined) return found;
    const route = findRoute(root, registry, topic);
    if (route.ok) known.set(topic, route);
    return route;
  };
}

function findRoute(root: TopicRoot, registry: Pick<Registry, "stations">, topic: string): Route {
  const parsed = parseTopic(root, topic);
  if (parsed === undefined)
    return {
      ok: false,
      rejection: reject("topic-unknown", topic),
      canaryFor: canaryWorker(root, topic),
      isFence: fenceWorker(root, topic) !== undefined,
    };
  const station = registry.stations.get(parsed.station);
  if (station === undefined) return { ok: false, rejection: reject("station-unknown", parsed.station) };
  if (station.zone !== parsed.zone || station.plant !== parsed.plant) {
    const detail = `${topic}: expected ${station.zone}/${station.plant}`;
    return { ok: false, rejection: reject("station-misplaced", detail, station.plant) };
  }
  return { ok: true, kind: parsed.kind, station };
}
