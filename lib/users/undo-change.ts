import type { Client } from '#lib/caller/client.ts';
import { readLink } from '#lib/codes/code-secrets.ts';
import type { TargetRules } from '#lib/codes/target.ts';
import { epochSeconds } from '#lib/duration.ts';
import { uuidv7 } from '#lib/ids.ts';
import type { ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import { emailKey } from '#lib/names/email.ts';
import { identifierTaken } from '#lib/names/identifier-taken.ts';
import { unusablePassword } from '#lib/passwords/unusable-password.ts';
import { isOurFault, Problem } from '#lib/problem.ts';
import { cleanUpAfter, type EndingAll, sessionsToDie } from '#lib/sessions/end-with-epoch.ts';
import type { LoginLimits } from '#lib/sign-in/complete-sign-in.ts';
import { linkLimits } from '#lib/sign-in/login-limits.ts';
import type { Throttle } from '#lib/throttle/throttle.ts';
import type { AddressStore, Displaced, Found } from './address-store.ts';
import { displacedFrom } from './displaced.ts';
import { waysBackOf } from './ownership.ts';
import { aliveUndos, type Undo, undoOf, undosBefore, undosTaken } from './undo.ts';
import type { User } from './user.ts';

type Needs = EndingAll &
  TargetRules & {
    readonly addresses: Pick<AddressStore, 'find' | 'goBack' | 'claimantOf'>;
    readonly throttle: Throttle;
    readonly limits: LoginLimits;
    readonly lookupSecret: ReadLookupSecrets;
  };

/** How many times the user is read again after another change. */
const tries = 3;

/**
 * Undoes an exchange of addresses, with the link that went to the old address. The user owns that address again, and
 * every session and API token ends. The password no longer matches, since the person who exchanged the address knew it;
 * the user continues at `/password/forgot/`. A number that was exchanged before, and can still be undone, stays without
 * its mark. Throws `validation_failed` if the link is no longer valid,
 * `identifier_taken` if another user took the address meanwhile; `throttled`.
 */
export async function undoChange(needs: Needs, token: string, client: Client): Promise<void> {
  const counted = await needs.throttle.spend(...linkLimits('undo-link', needs.limits, client.address));
  try {
    await goBack(needs, token);
  } catch (error) {
    if (isOurFault(error)) await needs.throttle.giveBack(...counted).catch(() => undefined); // the first error is the one to report
    throw error;
  }
}

async function goBack(needs: Needs, token: string): Promise<void> {
  const link = readLink('undo', await needs.lookupSecret(), token);
  let isNumberLost = false;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const found = link && (await needs.addresses.find(link.subject));
    const now = needs.now();
    const undo = found && undoOf(waysBackOf(found.undos, epochSeconds(now)), link.ref);
    if (!found || !undo) throw new Problem('validation_failed', { errors: { token: [{ phrase: 'wrong_link' }] } });
    const { id } = found.user;
    const dead = await sessionsToDie(needs, id);
    const undos = undosBefore(found.undos, undo.ref);
    const restored = undosTaken(found.undos, undo.ref).map((each) => (isNumberLost && isOfNumber(each) ? unproved(each) : each));
    const taken = [...restored, ...doubtful(found, restored, aliveUndos(undos, epochSeconds(now)))];
    const fields = [...new Set(taken.map(({ kind }) => kind))];
    const event = { id: uuidv7(now), type: 'change_undone', userId: id, at: now, fields } as const;
    const displaced = await claimantOf(needs, undo, found.user);
    const outcome = await needs.addresses.goBack({ found, taken, undos, password: unusablePassword(), event, displaced });
    if (typeof outcome === 'object') {
      // If only the number is taken, the e-mail address is still given back: the thief must not keep it.
      isNumberLost = undo.kind === 'email' && outcome.taken.every((kind) => kind === 'mobile');
      if (!isNumberLost) throw identifierTaken(outcome.taken);
    }
    if (outcome === 'done') return await cleanUpAfter(needs, id, dead);
  }
  throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'user or names are being written by others' });
}

/** The undo link proves its address once more, so another user who only claims it loses it. */
async function claimantOf(needs: Needs, { kind, before = '' }: Undo, { id }: Pick<User, 'id'>): Promise<Displaced | undefined> {
  const value = kind === 'email' ? emailKey(before) : undefined;
  const displaced = value && (await displacedFrom(needs, { kind: 'email', value }, { language: 'en', now: needs.now() }));
  return displaced && displaced.user.id !== id ? displaced : undefined;
}

/**
 * The number as it is, without its mark, if an exchange of it remains that can be undone: it may be that of the thief. It
 * does not come back by itself, because the number of before may be another person's by now.
 */
function doubtful({ user }: Found, restored: readonly Undo[], remaining: readonly Undo[]): Undo[] {
  if (!user.isMobileVerified || restored.some(isOfNumber)) return [];
  return remaining
    .filter(isOfNumber)
    .slice(0, 1)
    .map((each) => unproved(each, user.mobile));
}

const isOfNumber = ({ kind }: Undo) => kind === 'mobile';
const unproved = (undo: Undo, before?: string): Undo => ({ ...undo, before, wasVerified: false });
