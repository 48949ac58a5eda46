/**
 * A mail server for the local stack that delivers nothing. In: mails over SMTP on a loopback port; out: one `.eml` a
 * recipient in a folder, named by real time (UTC), order of arrival and recipient, there as a whole or not at all.
 */
import { link, mkdir, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SMTPServer, type SMTPServerDataStream } from "smtp-server";

export interface MailCatcher {
  /** smtp://127.0.0.1:port */
  readonly url: string;
  close(): Promise<void>;
}

const MAX_MESSAGE_BYTES = 10_000_000;
const CLOSE_TIMEOUT_MS = 500;

/** @param options.port a free one when left out */
export async function startMailCatcher(options: { folder: string; port?: number }): Promise<MailCatcher> {
  const { folder } = options;
  await mkdir(folder, { recursive: true });
  let count = 0;

  async function keep(message: Buffer, recipient: string): Promise<void> {
    for (;;) {
      count += 1;
      const name = mailFileName(Date.now(), count, recipient);
      const draft = join(folder, `.${name}.part`);
      await writeFile(draft, message);
      try {
        // link, not rename: a file of an earlier run is never replaced
        await link(draft, join(folder, name));
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      } finally {
        await unlink(draft);
      }
    }
  }

  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    size: MAX_MESSAGE_BYTES,
    closeTimeout: CLOSE_TIMEOUT_MS,
    logger: false,
    onData(stream, session, done) {
      collect(stream)
        .then(async (message) => {
          for (const { address } of session.envelope.rcptTo) await keep(message, address);
        })
        .then(() => done(), done);
    },
  });
  // a client that drops its connection is no fault of ours
  server.on("error", () => undefined);
  const port = await listen(server, options.port ?? 0);
  let closed: Promise<void> | undefined;
  return {
    url: `smtp://127.0.0.1:${port}`,
    close() {
      closed ??= new Promise((resolve) => server.close(() => resolve()));
      return closed;
    },
  };
}

/** `20261123T100000-0001-a@b.example.eml`, with nothing in it that a file system or shell minds. */
export function mailFileName(now: number, count: number, recipient: string): string {
  const time = new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, "");
  const safe = recipient
    .replace(/[^A-Za-z0-9@._-]/g, "_")
    .replace(/^\.+/, "_")
    .slice(0, 100);
  return `${time}-${String(count).padStart(4, "0")}-${safe}.eml`;
}

async function collect(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk as Buffer);
  if (stream.sizeExceeded) {
    throw Object.assign(new Error(`message larger than ${MAX_MESSAGE_BYTES} bytes`), { responseCode: 552 });
  }
  return Buffer.concat(chunks);
}

function listen(server: SMTPServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    const listener = server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      const address = listener.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
