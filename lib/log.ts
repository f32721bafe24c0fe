type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Writes JSON lines, one an event, to standard output, where CloudWatch Logs reads them. Fields are scalars that the caller
 * chose one by one: no object is ever logged whole, so no password, token or code can ride along.
 */
function write(level: 'info' | 'warn' | 'error', event: string, fields: Fields, more: object = {}): void {
  process.stdout.write(`${JSON.stringify({ level, event, ...fields, ...more })}\n`);
}

export const log = {
  info: (event: string, fields: Fields = {}) => write('info', event, fields),
  warn: (event: string, fields: Fields = {}) => write('warn', event, fields),
  error: (event: string, fields: Fields = {}) => write('error', event, fields),
};

/**
 * A warning that an alarm listens for: the line is counted as a metric of its own name (CloudWatch's embedded metric format), by stage, from whichever
 * function it comes. It costs nothing as long as it is not written.
 */
export function warnAlarm(event: string, stage: string, fields: Fields = {}): void {
  const counted = { Namespace: 'Gatehouse', Dimensions: [['stage']], Metrics: [{ Name: event, Unit: 'Count' }] };
  write('warn', event, fields, { stage, [event]: 1, _aws: { Timestamp: Date.now(), CloudWatchMetrics: [counted] } });
}

/** What may be logged of a thrown thing: its name, and where it was thrown; its message too, unless a client wrote it. */
export function describeError(error: unknown): Fields {
  if (!(error instanceof Error)) return { error: typeof error };
  return { error: error.name, message: error.message.slice(0, 300), stack: error.stack?.split('\n').slice(1, 5).join(' | ') };
}
