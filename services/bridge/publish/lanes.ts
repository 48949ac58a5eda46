/** So many files at once and no more. In: tasks with their size in bytes; out: a start when there is room for one. Pure of what they do. */

export interface Lanes {
  /** Resolves when the task has begun; its failure is `onFailed`'s. */
  begin(bytes: number, task: () => Promise<void>): Promise<void>;
  /** Resolves when none is left. */
  idle(): Promise<void>;
}

export function createLanes(options: {
  readonly tasks: number;
  readonly bytes: number;
  readonly onFailed: (error: unknown) => void;
}): Lanes {
  let running = 0;
  let held = 0;
  let ended = Promise.withResolvers<void>();

  async function change(): Promise<void> {
    await ended.promise;
  }

  return {
    async begin(bytes, task) {
      // one that is too large for the bound goes alone
      while (running >= options.tasks || (running > 0 && held + bytes > options.bytes)) await change();
      running += 1;
      held += bytes;
      task()
        .catch(options.onFailed)
        .finally(() => {
          running -= 1;
          held -= bytes;
          const before = ended;
          ended = Promise.withResolvers();
          before.resolve();
        });
    },
    async idle() {
      while (running > 0) await change();
    },
  };
}
