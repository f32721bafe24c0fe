const secondsPer = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Seconds in a duration such as `90`, `30s`, `5m`, `12h` or `14d`; undefined if the text is not a duration. */
export function durationSeconds(text: string): number | undefined {
  const match = /^(\d{1,9})([smhd]?)$/.exec(text.trim());
  if (!match) return undefined;
  const unit = (match[2] || 's') as keyof typeof secondsPer;
  return Number(match[1]) * secondsPer[unit];
}

/** An instant in whole seconds since 1970, as tokens and DynamoDB's TTL need it. */
export function epochSeconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000);
}
