/** What the address opens: `#/stations/<id>` or `#/incidents/<id>`, so that both can be linked to, by mails too, and "back" closes them. */
import { useEffect, useState } from "preact/hooks";

export interface Opened {
  readonly kind: "stations" | "incidents";
  readonly id: string;
}

export const stationHash = (id: string): string => `#/stations/${encodeURIComponent(id)}`;
export const incidentHash = (id: string): string => `#/incidents/${encodeURIComponent(id)}`;

/** The page of ledger and quarantine; officers' pages do not show them. */
export const ENGINEER_HASH = "#/engineer";

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

export type PageName = "overview" | "engineer";

/** The page an address names; whatever else it opens, it opens over the overview. Pure. */
export const pageBy = (hash: string): PageName =>
  hash.replace(/\/$/, "") === ENGINEER_HASH ? "engineer" : "overview";

export const usePage = (): PageName => pageBy(useHash());

export const useOpened = (): Opened | undefined => openedBy(useHash());

function useHash(): string {
  const [hash, setHash] = useState(() => location.hash);
  useEffect(() => {
    const follow = () => setHash(location.hash);
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return hash;
}

export function closeOpened(): void {
  history.replaceState(null, "", location.pathname);
  dispatchEvent(new HashChangeEvent("hashchange"));
}
