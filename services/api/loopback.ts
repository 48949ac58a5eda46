/**
 * Who may talk to the api: only this machine, as long as there are no accounts. In: a bind address or a Host header;
 * out: whether it is loopback. A name in Host that is not loopback is a page elsewhere that rebinds its DNS to us.
 */

const LOOPBACK = new Set(["localhost", "127.0.0.1", "::1"]);

export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host);
}

const HOST_HEADER = /^(?:\[([0-9a-f:]+)\]|([^:[\]]+))(?::\d{1,5})?$/i;

/** Whether a Host header names loopback, with or without a port. */
export function isLoopbackHeader(header: string | undefined): boolean {
  const match = HOST_HEADER.exec(header ?? "");
  return match !== null && isLoopback((match[1] ?? match[2] ?? "").toLowerCase());
}
