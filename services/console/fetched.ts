/** An answer of the api, fetched again when something newer is there, but not too often; after trouble it is tried again. */
import { useEffect, useRef, useState } from "preact/hooks";

export interface Fetched<T> {
  /** The newest answer about this subject. */
  readonly answer: T | undefined;
  /** unknown: the api has no such thing. failed: it did not answer; it is being asked again. */
  readonly trouble: "unknown" | "failed" | undefined;
}

const AGAIN_AFTER_MS = 3_000;

/**
 * @param subject  what is asked about: a new one is fetched at once and the old answer dropped
 * @param address  undefined while nobody needs it; a new one for the same subject is a newer state of it
 * @param version  changes when the same address has a newer state
 */
export function useFetched<T>(subject: string, address: string | undefined, version?: unknown): Fetched<T> {
  const [state, setState] = useState<Fetched<T> & { readonly subject: string }>({
    subject,
    answer: undefined,
    trouble: undefined,
  });
  const [attempt, setAttempt] = useState(0);
  const asked = useRef({ subject: "", at: Number.NEGATIVE_INFINITY, turn: 0 });
  const shown = useRef(0);

  useEffect(() => {
    if (address === undefined) return;
    const isNew = asked.current.subject !== subject;
    const wait = isNew ? 0 : Math.max(0, asked.current.at + AGAIN_AFTER_MS - performance.now());
    let again: ReturnType<typeof setTimeout> | undefined;
    const timer = setTimeout(() => {
      const turn = asked.current.turn + 1;
      asked.current = { subject, at: performance.now(), turn };
      load<T>(address).then((result) => {
        // an answer that a newer one overtook, or about something else, is not shown
        if (asked.current.subject !== subject || turn < shown.current) return;
        shown.current = turn;
        setState((before) => ({
          subject,
          answer: result.trouble === "failed" && before.subject === subject ? before.answer : result.answer,
          trouble: result.trouble,
        }));
        if (result.trouble === "failed" && asked.current.turn === turn) {
          again = setTimeout(() => setAttempt((before) => before + 1), AGAIN_AFTER_MS);
        }
      });
    }, wait);
    return () => {
      clearTimeout(timer);
      clearTimeout(again);
    };
  }, [subject, address, version, attempt]);

  return state.subject === subject ? state : { answer: undefined, trouble: undefined };
}

async function load<T>(address: string): Promise<Fetched<T>> {
  try {
    const answer = await fetch(address);
    if (answer.status === 404) return { answer: undefined, trouble: "unknown" };
    if (!answer.ok) return { answer: undefined, trouble: "failed" };
    return { answer: (await answer.json()) as T, trouble: undefined };
  } catch {
    return { answer: undefined, trouble: "failed" };
  }
}
