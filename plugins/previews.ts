import type { Resources } from './framework.ts';

/** What the template has from the entry of a stage directly, which a preview lacks. */
type Entry = { readonly logRetentionDays: number; readonly signInFailures: number };

/** Gives the template of a preview what its entry, that of `dev`, says. serverless.yml finds no entry of its name. */
export function inheritEntry(provider: { logRetentionInDays?: number }, resources: Resources, entry: Entry): void {
  provider.logRetentionInDays = entry.logRetentionDays;
  const { SignInFailuresAlarm: alarm } = resources;
  if (alarm) alarm.Properties['Threshold'] = entry.signInFailures;
}
