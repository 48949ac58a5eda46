/**
 * Who may talk to the api: only this machine, as long as there are no accounts. In: a Host header; out: whether it is
 * loopback. A name in Host that is not loopback is a page elsewhere that rebinds its DNS to us.
 */
import { isLoopback } from "#shared/runtime/loopback.ts";

const HOST_HEADER = /^(?:\[([0-9a-f:]+)\]|([^:[\]]+))(?::\d{1,5})?$/i;

/** Whether a Host header names loopback, with or without a port. */
export function isLoopbackHeader(header: string | undefined): boolean {
  const match = HOST_HEADER.exec(header ?? "");
  return match !== null && isLoopback((match[1] ?? match[2] ?? "").toLowerCase());
}
