/** Stored samples to screen jobs. In: samples; out: payloads of at most 200 samples each. Pure. */
import { SAMPLES_PER_SCREEN_JOB, type ScreenJob } from "#shared/queue/queues.ts";
import type { Sample } from "#shared/reading/sample.ts";

export function screenJobs(samples: readonly Sample[]): ScreenJob[] {
  const jobs: ScreenJob[] = [];
  for (let start = 0; start < samples.length; start += SAMPLES_PER_SCREEN_JOB) {
    jobs.push({
      samples: samples
        .slice(start, start + SAMPLES_PER_SCREEN_JOB)
        .map(({ station, time, receivedAt, readings }) => [
          station,
          time,
          receivedAt,
          readings.map(({ parameter, value, status, flag }) => [parameter, value, status, flag]),
        ]),
    });
  }
  return jobs;
}
