/** What the address opens: `#/stations/<id>` or `#/incidents/<id>`, so that both can be linked to, by mails too, and "back" closes them. */
import { useEffect, useState } from "preact/hooks";

export interface Opened {
  readonly kind: "stations" | "incidents";
  readonly id: string;
}

export const stationHash = (id: string): string => `#/stations/${encodeURIComponent(id)}`;
export const incidentHash = (id: string): string => `#/incidents/${encodeURIComponent(id)}`;

const HASH = /^#\/(stations|incidents)\/([^/]+)\/?$/;

/** Undefined where the address opens nothing; whether the id is known is for others to say. Pure. */
export function openedBy(hash: string): Opened | undefined {
  const [, kind, id = ""] = HASH.exec(hash) ?? [];
  if (kind === undefined) return undefined;
  try {
    return { kind: kind as Opened["kind"], id: decodeURIComponent(id) };
  } catch {
    return { kind: kind as Opened["kind"], id };
  }
}

export function useOpened(): Opened | undefined {
  const [hash, setHash] = useState(() => location.hash);
  useEffect(() => {
    const follow = () => setHash(location.hash);
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return openedBy(hash);
}

export function closeOpened(): void {
  history.replaceState(null, "", location.pathname);
  dispatchEvent(new HashChangeEvent("hashchange"));
}
