import { randomBytes } from 'node:crypto';
import { derivedKey } from '#lib/derived-key.ts';
import { epochSeconds } from '#lib/duration.ts';
import { type LookupSecret, type LookupSecrets, lookupSecretsText, makingSecret, parseLookupSecrets } from '#lib/lookup-secrets.ts';
import { KeyError } from './key-error.ts';
import type { RotationStore } from './rotation-store.ts';
import type { SecretRules } from './secret-rules.ts';
import type { SecretStore } from './secret-store.ts';
import { withClaim } from './with-claim.ts';

type Needs = {
  readonly store: SecretStore & Pick<RotationStore, 'claim' | 'release'>;
  readonly rules: SecretRules;
  readonly now: () => Date;
};

/**
 * The wish of a caller. `step`: the next step of a rotation, if one is due. `drop`: stop accepting the previous value.
 * `replace`: a new value alone, because the others leaked; what was made with them ends.
 */
export type SecretWish = 'step' | 'drop' | 'replace';

/** The step that was done, and the values afterwards. `nothing`: no step is due. */
export type SecretRotation = { readonly done: 'announced' | 'dropped' | 'replaced' | 'nothing'; readonly secrets: LookupSecrets };

/**
 * Rotates the lookup secret with one write at most. Whenever it breaks off, the stored values are those before the step
 * or those after it, and the next run goes on from there. Answers `busy` if another rotation has the keys. Throws
 * KeyError before any write if the previous value is to be dropped while something made with it can live, and if what is
 * stored cannot be read.
 */
export async function rotateSecret(needs: Needs, wish: SecretWish): Promise<SecretRotation | 'busy'> {
  return await withClaim(needs, async (deadline) => {
    const rotation = wish === 'replace' ? await replaced(needs) : afterWish(await readSecrets(needs.store), wish, needs);
    if (rotation.done === 'nothing') return rotation;
    if (needs.now() >= deadline) throw new KeyError('reading took too long, and nothing was changed: run it again');
    await needs.store.keepSecret(lookupSecretsText(rotation.secrets));
    return rotation;
  });
}

/** A value, its part in the rotation, and when that part ends, in seconds since 1970; undefined if it has no end yet. */
export type SecretRole = {
  readonly role: 'next' | 'current' | 'previous';
  readonly secret: LookupSecret;
  readonly until: number | undefined;
};

/** The values of a stage with their roles, the newest first. */
export function secretRoles(secrets: LookupSecrets, now: Date, { lifeSeconds }: SecretRules): SecretRole[] {
  const current = makingSecret(secrets, epochSeconds(now));
  const next = secrets.find(({ from }) => from > current.from);
  return secrets.map((secret) => {
    if (secret === current) return { role: 'current', secret, until: next?.from };
    if (secret.from > current.from) return { role: 'next', secret, until: undefined };
    return { role: 'previous', secret, until: current.from + lifeSeconds };
  });
}

/** The stored values. Throws KeyError if they cannot be read. */
export async function readSecrets(store: Pick<SecretStore, 'readSecret'>): Promise<LookupSecrets> {
  const secrets = parseLookupSecrets(await store.readSecret());
  if (!secrets) throw new KeyError('lookup-secret is shorter than 32 bytes, or of another version');
  return secrets;
}

/** A text that cannot be read is replaced too, but there has to be one: a wrong region or stage gets no secret. */
async function replaced({ store, now }: Needs): Promise<SecretRotation> {
  await store.readSecret();
  return { done: 'replaced', secrets: [newSecret(epochSeconds(now()))] };
}

function afterWish(secrets: LookupSecrets, wish: Exclude<SecretWish, 'replace'>, { rules, now }: Needs): SecretRotation {
  const at = epochSeconds(now());
  const roles = secretRoles(secrets, now(), rules);
  const previous = roles.find(({ role }) => role === 'previous');
  if (previous) {
    const isDead = (previous.until ?? 0) <= at;
    if (!isDead && wish === 'drop') throw new KeyError(`something made with the previous value can live until ${instant(previous.until)}`);
    return isDead ? { done: 'dropped', secrets: [withoutPrevious(secrets, rules, at)] } : { done: 'nothing', secrets };
  }
  if (wish === 'drop' || secrets.length > 1) return { done: 'nothing', secrets };
  return { done: 'announced', secrets: [newSecret(at + rules.announceSeconds), ...secrets] };
}

/** The current value, with the keys of known devices of the values before it, so that the devices stay known. */
function withoutPrevious(secrets: LookupSecrets, { deviceSeconds }: SecretRules, at: number): LookupSecret {
  const current = makingSecret(secrets, at);
  const until = current.from + deviceSeconds;
  const left = secrets
    .filter(({ from }) => from < current.from)
    .flatMap((secret) => [{ key: derivedKey('device', secret), until }, ...(secret.devices ?? [])]);
  return { ...current, devices: left.filter((device) => device.until > at).slice(0, mostDeviceKeys) };
}

/** More of them do not fit into a parameter, which has 4 KB. The oldest go. */
const mostDeviceKeys = 20;

const newSecret = (from: number): LookupSecret => ({ bytes: randomBytes(32), from });

const instant = (seconds = 0) => new Date(seconds * 1000).toISOString();
