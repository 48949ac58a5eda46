/** One table of the api's refusals: code, HTTP status. In: a code and what was found; out: an error that is answered as `{error: {code, message}}`. */

export const errorStatus = {
  "parameter-invalid": 400,
  "not-found": 404,
  "station-unknown": 404,
  "incident-unknown": 404,
  "refusal-unknown": 404,
  "verdict-unknown": 404,
  "host-refused": 421,
  "storage-unavailable": 503,
  "too-many-listeners": 503,
  internal: 500,
} as const;

export type ErrorCode = keyof typeof errorStatus;

export class ApiError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ApiError";
    this.code = code;
  }
}

/** The body of every refusal. */
export const errorBody = (code: ErrorCode, message: string) => ({ error: { code, message } });
