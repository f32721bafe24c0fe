import type { Caller } from '#lib/caller/caller.ts';
import type { Client } from '#lib/caller/client.ts';
import { type CodeChecking, checkCode } from '#lib/codes/check-code.ts';
import { type CodeChannel, type CodeTarget, channelOf } from '#lib/codes/code.ts';
import { type CodeSending, sendCode } from '#lib/codes/send-code.ts';
import { readTarget, type TargetRules } from '#lib/codes/target.ts';
import { epochSeconds } from '#lib/duration.ts';
import { uuidv7 } from '#lib/ids.ts';
import type { Language } from '#lib/language.ts';
import { type FieldError, Problem } from '#lib/problem.ts';
import { askForFreshLogin, type FreshLogin } from '#lib/sessions/fresh-login.ts';
import type { StandingChecks } from '#lib/tokens/token.ts';
import type { AddressStore } from './address-store.ts';
import { addressesOf, isProved } from './addresses.ts';
import { type EndingOthers, endOthersAfterProof } from './end-others-after-proof.ts';
import { entitlementOf, waysBackOf } from './ownership.ts';
import { stillThere } from './still-there.ts';
import type { User } from './user.ts';

export type VerifyWish = { readonly channel: CodeChannel; readonly code?: string | undefined };

/** Whether the address is proved now; if not, the seconds until another code can be sent. */
export type Verified = { readonly isVerified: true } | { readonly isVerified: false; readonly retryAfterSeconds: number };

type Needs = CodeSending &
  CodeChecking &
  TargetRules &
  EndingOthers &
  FreshLogin & {
    readonly addresses: Pick<AddressStore, 'find' | 'verify'>;
    readonly rules: { readonly checks: StandingChecks };
  };

type Asker = { readonly caller: Caller; readonly client: Client; readonly language: Language };

/**
 * Proves an address of the caller. Without a code, sends one to the address; with the code, marks the address as
 * proved. It can be repeated. The first proof of an account asks for a session that signed in here, and ends all others
 * and the API tokens; every later one asks for a recent sign-in. Throws `fresh_login_required` without that;
 * `validation_failed` for a wrong code, or if the caller has no such address; `throttled`.
 */
export async function verifyAddress(needs: Needs, { channel, code }: VerifyWish, asker: Asker): Promise<Verified> {
  const found = await needs.addresses.find(asker.caller.sub);
  const user = stillThere(found?.user, asker.caller, needs.rules.checks);
  const target = addressesOf(user).find((address) => channelOf(address) === channel);
  if (!target) throw wrong('channel', { phrase: 'no_such_address' });
  if (isProved(user, target)) return { isVerified: true };
  const undos = waysBackOf(found?.undos ?? [], epochSeconds(needs.now()));
  const entitlement = entitlementOf({ user, undos }, 'verify', target);
  const isFirst = entitlement.goes.length > 0;
  await askForFreshLogin(isFirst ? { ...needs, freshSeconds: Number.POSITIVE_INFINITY } : needs, asker.caller, user.id);
  if (code === undefined) return await send(needs, user, target, asker);
  const proof = await checkCode(needs, { purpose: 'verify', target, userId: user.id, code });
  if (!proof || proof.userId !== user.id || proof.epoch !== user.tokenEpoch) throw wrong('code', { phrase: 'wrong_code' });
  await endOthersAfterProof(needs, entitlement, asker.caller);
  const now = needs.now();
  const outcome = await needs.addresses.verify({
    ...{ user, target, proof },
    by: asker.client.requestId,
    nowSeconds: epochSeconds(now),
    event: { id: uuidv7(now), type: 'address_verified', userId: user.id, at: now, fields: [target.kind] },
  });
  if (outcome === 'busy') throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'code or user are being written by others' });
  if (outcome !== 'done') throw wrong('code', { phrase: 'wrong_code' });
  return { isVerified: true };
}

async function send(needs: Needs, user: User, target: CodeTarget, { client, language }: Asker): Promise<Verified> {
  readTarget(channelOf(target), target.value, needs, 'channel'); // refuses a number of a country that is no longer served
  const find = async () => ({ target, told: { template: 'code', user, share: 'signed-in' } as const });
  return {
    isVerified: false,
    ...(await sendCode(needs, { purpose: 'verify', asked: { userId: user.id, target }, find, language }, client)),
  };
}

const wrong = (field: string, error: FieldError) => new Problem('validation_failed', { errors: { [field]: [error] } });
