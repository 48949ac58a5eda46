/**
 * Mail out over SMTP. In: a rendered mail; out: taken, refused (for now or for good), or unreachable. Says whether a
 * byte of the message had been handed over: only then can a lost answer mean "possibly sent twice".
 */
import { Readable } from "node:stream";
import nodemailer from "nodemailer";
import { isLoopback } from "#shared/runtime/loopback.ts";
import type { OutgoingMail } from "../outbox/mail.ts";
import type { SmtpServer } from "./config.ts";
import { messageOf } from "./message.ts";

export type SendResult =
  | { readonly outcome: "sent"; readonly answer: string }
  /** The server's no to this mail; `permanent`: the same mail will get it again. */
  | { readonly outcome: "refused"; readonly permanent: boolean; readonly answer: string }
  /** No answer about this mail; `doubtful`: part of it was handed over, the server may have taken it. */
  | { readonly outcome: "unreachable"; readonly doubtful: boolean; readonly answer: string };

export interface MailTransport {
  /** @param beforeBody awaited after the server said 354 and before the first byte of the message */
  send(mail: OutgoingMail, beforeBody: () => Promise<void>): Promise<SendResult>;
  /** Drops idle connections, and after it those that are still delivering. */
  close(): void;
}

const MAX_CONNECTIONS = 3;
const MAX_MESSAGES_PER_CONNECTION = 1000;
const CONNECT_TIMEOUT_MS = 10_000;
const SOCKET_TIMEOUT_MS = 60_000;

/** Travels with the message through the pool. */
interface Gate {
  beforeBody(): Promise<void>;
}

/** Options both the pool and the one-off test use. Passwords travel only under TLS or on this machine. */
export function connectionOptions(server: SmtpServer) {
  return {
    host: server.host,
    port: server.port,
    secure: server.secure,
    requireTLS: server.auth !== undefined && !server.secure && !isLoopback(server.host),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(server.auth === undefined ? {} : { auth: { ...server.auth } }),
  };
}

export function createMailTransport(server: SmtpServer): MailTransport {
  const pool = nodemailer.createTransport({
    ...connectionOptions(server),
    pool: true,
    maxConnections: MAX_CONNECTIONS,
    maxMessages: MAX_MESSAGES_PER_CONNECTION,
  });
  pool.use("stream", (mail, done) => {
    mail.message.processFunc((input: Readable) => gated(input, (mail.data as Gate).beforeBody));
    done();
  });
  return {
    async send(mail, beforeBody) {
      let handedOver = false;
      try {
        const gate: Gate = {
          async beforeBody() {
            await beforeBody();
            handedOver = true;
          },
        };
        const info = await pool.sendMail({ ...messageOf(mail), ...gate });
        return { outcome: "sent", answer: info.response ?? "" };
      } catch (error) {
        return judgeFailure(error as SmtpFailure, handedOver);
      }
    },
    close() {
      pool.transporter.close?.({ force: true });
    },
  };
}

export interface SmtpFailure extends Error {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly permanent?: boolean;
}

/** What a failed send means for the mail. A no to the sender or the login is about the server's settings: tried again. */
export function judgeFailure(error: SmtpFailure, handedOver: boolean): SendResult {
  const answer = error.message.slice(0, 300);
  const aboutThisMail = error.command === "RCPT TO" || error.command === "DATA";
  if (error.responseCode !== undefined && error.responseCode !== 421 && aboutThisMail) {
    return { outcome: "refused", permanent: error.permanent === true, answer };
  }
  return { outcome: "unreachable", doubtful: handedOver && error.responseCode === undefined, answer };
}

/** Holds the message back until `open` is done; the pool pulls it only after the server's 354. */
function gated(input: Readable, open: () => Promise<void>): Readable {
  return Readable.from(
    (async function* () {
      await open();
      yield* input;
    })(),
    { objectMode: false },
  );
}
