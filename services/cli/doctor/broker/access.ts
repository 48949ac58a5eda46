/** Who can publish. In: the broker's address; out: whether it takes anybody, and whether only this machine reaches it. */
import { connect as connectSocket } from "node:net";
import { networkInterfaces } from "node:os";
import { green, type Look, red } from "../finding.ts";
import type { Check } from "../run-checks.ts";
import { withClient } from "./client.ts";

const CONNECT_MS = 1_000;
const DEFAULT_PORT = 1_883;

export function accessCheck(url: string): Check {
  return {
    area: "broker",
    name: "access",
    needs: ["broker"],
    why: "who reaches an open broker can send readings in the name of every station",
    remedy:
      "set allow_anonymous false with the password_file and acl_file that `outfall provision` writes; bind what needs no other machine to 127.0.0.1",
    async look(signal) {
      const { hostname, port } = new URL(url);
      const anonymous = await takesAnybody(url, signal);
      if (!anonymous) return judgeAccess({ anonymous, loopback: isLoopback(hostname), reachedFrom: [] });
      const own = isLoopback(hostname) ? outsideAddresses() : [];
      const open = await Promise.all(own.map((address) => answers(address, Number(port || DEFAULT_PORT))));
      return judgeAccess({
        anonymous,
        loopback: isLoopback(hostname),
        reachedFrom: own.filter((_, index) => open[index]),
      });
    },
  };
}

export interface BrokerAccess {
  /** Takes a client without name and password. */
  readonly anonymous: boolean;
  /** Its address is this machine's own. */
  readonly loopback: boolean;
  /** Addresses other machines may use, at which it answers as well. */
  readonly reachedFrom: readonly string[];
}

export function judgeAccess({ anonymous, loopback, reachedFrom }: BrokerAccess): Look {
  if (!anonymous) return green("takes nobody without a name and password");
  if (!loopback) return red("takes anybody, and is on an address that other machines reach");
  if (reachedFrom.length > 0) return red(`takes anybody, also at ${reachedFrom.join(", ")}`);
  return green("takes anybody, but is reached from this machine only");
}

async function takesAnybody(url: string, signal: AbortSignal): Promise<boolean> {
  const open = new URL(url);
  open.username = "";
  open.password = "";
  try {
    await withClient({ url: open.href, signal }, async () => undefined);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    // refused by name, not by a network that failed: 5 of 3.1.1, 134 and 135 of 5
    if ([5, 134, 135].includes((error as { code?: number }).code ?? -1)) return false;
    throw error;
  }
}

const isLoopback = (host: string) => /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(host);

const outsideAddresses = () =>
  Object.values(networkInterfaces())
    .flat()
    .filter((found) => found !== undefined && !found.internal && found.family === "IPv4")
    .map((found) => found?.address ?? "");

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket({ host, port, timeout: CONNECT_MS });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}
