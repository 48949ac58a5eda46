/** Conditions that keep every query inside the chosen zone. A panel never reads a whole province or the country. */

/** The one chosen zone. */
export const inZone = `"zone" =~ /^\${zone:regex}$/`;

/** The chosen stations of the chosen zone. */
export const atStation = `${inZone} AND "station" =~ /^\${station:regex}$/`;

/** The plants of the chosen zone: for points that carry no zone (the ledger). */
export const atPlant = `"plant" =~ /^\${plant:regex}$/`;

/** Hour verdicts that act; would-be verdicts carry their instrument in the rule. */
export const hourVerdict = (parameter?: string): string =>
  `${atStation} AND "rule" = 'hour'${parameter === undefined ? "" : ` AND "parameter" = '${parameter}'`}`;
