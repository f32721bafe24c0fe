type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Writes one JSON line an event to standard output, which CloudWatch Logs reads. The caller chooses each field, and
 * fields are scalars: no object is logged whole, so no password, token or code gets into the log.
 */
function write(level: 'info' | 'warn' | 'error', event: string, fields: Fields, more: object = {}): void {
  process.stdout.write(`${JSON.stringify({ level, event, ...fields, ...more })}\n`);
}

/** The log. Every event has a name and scalar fields. */
export const log = {
  info: (event: string, fields: Fields = {}) => write('info', event, fields),
  warn: (event: string, fields: Fields = {}) => write('warn', event, fields),
  error: (event: string, fields: Fields = {}) => write('error', event, fields),
};

/**
 * Logs a warning that CloudWatch counts: the line is also a metric of the event's name and the stage, in CloudWatch's
 * embedded metric format. The metric costs nothing until the line is written.
 */
export function warnAlarm(event: string, stage: string, fields: Fields = {}): void {
  const counted = { Namespace: 'Gatehouse', Dimensions: [['stage']], Metrics: [{ Name: event, Unit: 'Count' }] };
  write('warn', event, fields, { stage, [event]: 1, _aws: { Timestamp: Date.now(), CloudWatchMetrics: [counted] } });
}

/** The fields to log of a thrown value: its name, its message (at most 300 characters) and four lines of its stack. */
export function describeError(error: unknown): Fields {
  if (!(error instanceof Error)) return { error: typeof error };
  return { error: error.name, message: error.message.slice(0, 300), stack: error.stack?.split('\n').slice(1, 5).join(' | ') };
}
