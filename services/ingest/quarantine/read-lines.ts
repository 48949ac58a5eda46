/** Lines of a file, one after the other, whatever its size. In: a path; out: bytes without the newline. A line beyond the bound is passed over. */
import { createReadStream } from "node:fs";

const NEWLINE = 0x0a;
/** An entry with the largest payload is 1.4 MB. */
const LONGEST = 8_000_000;

/** Nothing where there is no such file. The bytes are only good until the next line is asked for. */
export async function* readLines(file: string): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  const stream = createReadStream(file, { highWaterMark: 1_048_576 });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
        const piece = chunk.subarray(from, end);
        if (restBytes <= LONGEST) yield restBytes === 0 ? piece : Buffer.concat([...rest, piece]);
        rest = [];
        restBytes = 0;
        from = end + 1;
      }
      restBytes += chunk.length - from;
      if (restBytes <= LONGEST) rest.push(chunk.subarray(from));
      else rest = [];
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
