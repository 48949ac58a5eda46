/** The answer of `GET /overview`, for those who read it over HTTP. The types are shared nouns: the console needs them too. */
export type * from "#shared/overview/overview.ts";
