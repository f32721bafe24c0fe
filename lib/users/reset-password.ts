import type { Client } from '#lib/caller/client.ts';
import { type CodeChecking, checkCode } from '#lib/codes/check-code.ts';
import type { CodeProof, CodeTarget } from '#lib/codes/code.ts';
import { codeKey, readLink, whoOf } from '#lib/codes/code-secrets.ts';
import type { CodeStore } from '#lib/codes/code-store.ts';
import { epochSeconds } from '#lib/duration.ts';
import type { HumanProof } from '#lib/human-check/human-proof.ts';
import { uuidv7 } from '#lib/ids.ts';
import { identify } from '#lib/names/identifier.ts';
import { type FieldError, isOurFault, Problem } from '#lib/problem.ts';
import { cleanUpAfter, sessionsToDie } from '#lib/sessions/end-with-epoch.ts';
import type { Session } from '#lib/sessions/session.ts';
import { type CountingCodes, countCode } from '#lib/sign-in/count-proof.ts';
import type { LoginHooks } from '#lib/sign-in/login-hooks.ts';
import { linkLimits } from '#lib/sign-in/login-limits.ts';
import { giveBackIfBusy } from '#lib/throttle/address-limits.ts';
import type { Spent } from '#lib/throttle/throttle.ts';
import type { AddressStore, Found } from './address-store.ts';
import { addressesOf } from './addresses.ts';
import { type NewHash, type NewPasswordRules, newHash, newPasswordErrors } from './new-password.ts';
import { passwordChanged } from './notice.ts';
import { entitlementOf, waysBackAfterReset, waysBackOf } from './ownership.ts';
import { type TakingOver, takeOver } from './take-over.ts';
import type { User } from './user.ts';

/** The form after a forgotten password: the token of a link, or an address and the code that went to it. */
export type ResetWish = {
  readonly token?: string | undefined;
  readonly identifier?: string | undefined;
  readonly code?: string | undefined;
  /** The proof of a human check, if the request has one. */
  readonly human?: HumanProof | undefined;
  readonly password: string;
  readonly password_confirmation: string;
};

type Needs = CodeChecking &
  NewPasswordRules &
  NewHash &
  TakingOver &
  CountingCodes & {
    readonly codes: Pick<CodeStore, 'get'>;
    readonly addresses: Pick<AddressStore, 'find' | 'reset'>;
    readonly hooks: Pick<LoginHooks, 'mayEnter'>;
  };

type Asker = { readonly client: Client; readonly language: 'en' | 'zh-CN' };

/** How many times the user is read again after another change. */
const tries = 3;

/**
 * Sets a new password with a link or a code. Every session and API token of the user ends, and the address that got the
 * link or code counts as proved. If it is the first that is proved, everything else on the account goes; if somebody has
 * proved another, a link or code to an unproved one is a wrong one (`entitlementOf`). Throws `validation_failed`: one answer for every fault of link or code; the rules for
 * passwords only if those are right, which does not spend them; `throttled`, and for a code `human_check_required` and `human_check_failed`.
 */
export async function resetPassword(needs: Needs, wish: ResetWish, { client, language }: Asker): Promise<void> {
  if (wish.password !== wish.password_confirmation) throw invalid({ password_confirmation: [{ phrase: 'password_mismatch' }] });
  const counting = count(needs, wish, client);
  try {
    const counted = await counting; // before the digits are compared: a throttled address spends no try of the code
    const shown = wish.token === undefined ? await byCode(needs, wish) : await byLink(needs, wish.token);
    await replace(needs, shown, { wish, client, language });
    await giveBackIfBusy(needs.throttle, counted);
  } catch (error) {
    if (isOurFault(error)) await counting.then((counted) => needs.throttle.giveBack(...counted)).catch(() => undefined); // the first error is the one to report
    throw error;
  }
}

/** A link cannot be guessed, so strangers use up no limit that it needs. */
async function count(needs: Needs, { token, human }: ResetWish, client: Client): Promise<readonly Spent[]> {
  if (token === undefined) return await countCode(needs, 'recovery', { human, client });
  return await needs.throttle.spend(...linkLimits('reset-link', needs.limits, client.address));
}

/** A proof, and the keyed name of the address it is about. `refusal` is the answer if it fails. */
type Shown = { readonly proof: CodeProof; readonly who: string; readonly refusal: Problem };

async function byCode(needs: Needs, { identifier: typed = '', code = '' }: ResetWish): Promise<Shown> {
  const identifier = identify(typed, needs.region);
  const target = identifier && identifier.kind !== 'username' ? ({ kind: identifier.kind, value: identifier.value } as const) : undefined;
  const refusal = invalid({ code: [{ phrase: 'wrong_code' }] });
  const proof = await checkCode(needs, { purpose: 'reset', target: target ?? { kind: 'email', value: typed }, code });
  if (!target || !proof) throw refusal;
  const [secret] = await needs.lookupSecret();
  return { proof, who: whoOf(secret, target.kind, target.value), refusal };
}

async function byLink(needs: Needs, token: string): Promise<Shown> {
  const refusal = invalid({ token: [{ phrase: 'wrong_link' }] });
  const link = readLink('links', await needs.lookupSecret(), token);
  if (!link) throw refusal;
  const code = await needs.codes.get(codeKey('reset', link.subject));
  if (!code || code.ref !== link.ref || code.isSpent || code.expiresAt <= epochSeconds(needs.now())) throw refusal;
  const { key, ref, userId, epoch } = code;
  return { proof: { key, ref, until: 'expires_at', userId, epoch }, who: link.subject, refusal };
}

async function replace(
  needs: Needs,
  { proof, who, refusal }: Shown,
  { wish, client, language }: Asker & { wish: ResetWish },
): Promise<void> {
  let hash: string | undefined;
  let dead: readonly Session[] = [];
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const entitled = await judge(needs, proof, who);
    if (!entitled) throw refusal;
    const { found, target } = entitled;
    const { user } = found;
    const weak = newPasswordErrors(wish.password, user, needs);
    if (weak.length > 0) throw invalid({ password: weak });
    if (entitled.isFirst) {
      hash ??= await newHash(needs, wish.password);
      const taken = await takeOver(needs, { found, target: entitled.target, proof, password: hash, client, language });
      if (taken === 'gone') throw refusal;
      if (typeof taken === 'object') return;
      continue;
    }
    if (hash === undefined) [hash, dead] = await Promise.all([newHash(needs, wish.password), sessionsToDie(needs, user.id)]);
    const now = needs.now();
    const event = { id: uuidv7(now), type: 'password_changed', userId: user.id, at: now } as const;
    const news = passwordChanged(needs, user, { client, language, now });
    const outcome = await needs.addresses.reset({
      ...{ user, hash, proof, event, news },
      by: client.requestId,
      nowSeconds: epochSeconds(now),
      proved: target,
      undos: waysBack(found, target, epochSeconds(now)),
    });
    if (outcome === 'gone') throw refusal;
    if (outcome === 'done') return await cleanUpAfter(needs, user.id, dead);
  }
  throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'code or user are being written by others' });
}

/** The user, and the address that was proved; `isFirst` if everything else on the account goes. */
type Entitled = { readonly found: Found } & (
  | { readonly isFirst: true; readonly target: CodeTarget }
  | { readonly isFirst: false; readonly target: CodeTarget | undefined }
);

/** Undefined if the proof opens nothing. */
async function judge(needs: Needs, { userId, epoch }: CodeProof, who: string): Promise<Entitled | undefined> {
  const found = userId === undefined ? undefined : await needs.addresses.find(userId);
  const about = found && (await aboutWhom(needs, found.user, who));
  if (!about || found.user.tokenEpoch !== epoch || !(await needs.hooks.mayEnter(found.user))) return undefined;
  const estate = { user: found.user, undos: waysBackOf(found.undos, epochSeconds(needs.now())) };
  if (about === 'themselves') return { found, isFirst: false, target: undefined };
  const { effect } = entitlementOf(estate, 'reset', about);
  return effect === 'nothing' ? undefined : { found, isFirst: effect === 'takes over', target: about };
}

/** Undefined if none is there, so that most resets write nothing of it. */
function waysBack({ undos }: Found, target: CodeTarget | undefined, nowSeconds: number) {
  return undos.length === 0 ? undefined : { found: undos, kept: target ? waysBackAfterReset(waysBackOf(undos, nowSeconds), target) : [] };
}

/**
 * The address of the user that the proof is about, or `themselves` if an operator made the link. Undefined if the user
 * no longer has the address.
 */
async function aboutWhom({ lookupSecret }: Needs, user: User, who: string): Promise<CodeTarget | 'themselves' | undefined> {
  const secrets = await lookupSecret();
  const isNamed = (kind: 'user' | CodeTarget['kind'], value: string) => secrets.some((secret) => whoOf(secret, kind, value) === who);
  if (isNamed('user', user.id)) return 'themselves';
  return addressesOf(user).find(({ kind, value }) => isNamed(kind, value));
}

const invalid = (errors: Record<string, readonly FieldError[]>) => new Problem('validation_failed', { errors });
