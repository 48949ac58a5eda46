/**
 * One flag of many tests. In: what each test said of a reading, as bits; out: its QARTOD flag, and the tests by name.
 * The low byte holds the tests that found it suspect, the byte above it the tests that failed it: one flag a test
 * (sensor-quality 3.1), in one small integer that is stored where the flag is 3 or 4 (`cod_tests`).
 */
import type { QualityFlag } from "#shared/reading/sample.ts";

/** In the order of their bits. Bits are stored: one is never given to another test. */
export const qualityTests = [
  "gross-range",
  "electrical-loss",
  "spike",
  "rate-of-change",
  "flat-line",
  "clamped",
  "all-frozen",
  "censored",
] as const;
export type QualityTest = (typeof qualityTests)[number];

export const GROSS_RANGE = 1;
export const ELECTRICAL_LOSS = 2;
export const SPIKE = 4;
export const RATE_OF_CHANGE = 8;
export const FLAT_LINE = 16;
export const CLAMPED = 32;
export const ALL_FROZEN = 64;
export const CENSORED = 128;

const FAIL_SHIFT = 8;
const FAILS = 0xff00;

/** The bit of a test that fails a reading; the plain bit calls it suspect. */
export const failed = (bit: number): number => bit << FAIL_SHIFT;

/** Whether a flat line was found, suspect or failed. */
export const isFlat = (tests: number): boolean => (tests & (FLAT_LINE | failed(FLAT_LINE))) !== 0;

export const isFailed = (tests: number): boolean => (tests & FAILS) !== 0;

/**
 * The worst of what the tests said: 4 before 3 before 1; 2 only where no test ran; 9, alone, where there is no value
 * (sensor-quality 4.1, P). A reading that came through validation has passed one test, QARTOD's syntax test.
 */
export function flagOf(value: number | null, tests: number | undefined): QualityFlag {
  if (value === null) return 9;
  if (tests === undefined) return 2;
  if (tests === 0) return 1;
  return isFailed(tests) ? 4 : 3;
}

export interface TestResult {
  readonly test: QualityTest;
  readonly flag: 3 | 4;
}

/** The tests behind a flag, in the order of `qualityTests`. */
export function testsOf({ tests = 0 }: { readonly tests?: number | undefined }): TestResult[] {
  return qualityTests.flatMap((test, place): TestResult[] => {
    const bit = 1 << place;
    if ((tests & failed(bit)) !== 0) return [{ test, flag: 4 }];
    return (tests & bit) === 0 ? [] : [{ test, flag: 3 }];
  });
}
