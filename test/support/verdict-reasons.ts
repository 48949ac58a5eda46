/** Every note that a verdict or an incident of the judgement can carry, for the tests of the words for them. */
export const verdictReasons = [
  "incomplete",
  "incomplete, and over the limit so far",
  "incomplete, and over the limit whatever is missing",
  "device fault",
  "calibrating",
  "failed quality tests",
  "nothing received",
  "nothing discharged",
  "calibrating too long",
  "calibrating began when the hour before was at 96 % of the limit",
  "inflow without outflow for 6.5 h",
  "the data no longer show it",
] as const;
