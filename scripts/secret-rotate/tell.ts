import { secretName } from '#lib/derived-key.ts';
import { type SecretRole, type SecretRotation, secretRoles } from '#lib/keys/rotate-secret.ts';
import type { SecretRules } from '#lib/keys/secret-rules.ts';
import { instant } from '../keys-rotate/tell.ts';

const sentences: Readonly<Record<SecretRotation['done'], string>> = {
  announced: 'A new value is accepted now.',
  dropped: 'The previous value is dropped: what was made with it is dead. Known devices stay known.',
  replaced: 'All values are replaced: what was made with them ends as running functions notice, within five minutes.',
  nothing: 'No value is due for a change.',
};

/** What was done, and one line for each value: its part in the rotation, its name, and its end. */
export function tellSecrets({ done, secrets }: SecretRotation, rules: SecretRules, now: Date, isStatus: boolean): string[] {
  const rows = secretRoles(secrets, now, rules).map((each) => `${each.role.padEnd(9)}${secretName(each.secret)}  ${fateOf(each, now)}`);
  return isStatus ? rows : [sentences[done], '', ...rows];
}

/** The same for programs. Instants are in ISO 8601; the values themselves are not in it. */
export function secretJson({ done, secrets }: SecretRotation, rules: SecretRules, now: Date) {
  const values = secretRoles(secrets, now, rules).map(({ role, secret, until }) => ({
    name: secretName(secret),
    role,
    makes_from: secret.from === 0 ? null : isoInstant(secret.from),
    until: until === undefined ? null : isoInstant(until),
  }));
  return { done, values };
}

function fateOf({ role, secret, until = 0 }: SecretRole, now: Date): string {
  if (role === 'next') return `accepted, makes things from ${instant(secret.from)}`;
  if (role === 'current') return until === 0 ? 'makes things' : `makes things until ${instant(until)}`;
  if (until * 1000 <= now.getTime()) return 'is dropped when the secret is rotated the next time';
  return `accepted until ${instant(until)}, when the last thing made with it is dead`;
}

const isoInstant = (seconds: number) => new Date(seconds * 1000).toISOString();
