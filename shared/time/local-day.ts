/** The day of a time zone. In: an instant, an IANA name; out: its date there, `2026-11-23`. Pure. */
export function localDay(time: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(time))
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();
}
