import type { Caller } from '#lib/caller/caller.ts';
import type { Client } from '#lib/caller/client.ts';
import { type CodeChecking, checkCode } from '#lib/codes/check-code.ts';
import { asIdentifier, type CodeProof, type CodeTarget } from '#lib/codes/code.ts';
import type { Told } from '#lib/codes/new-code.ts';
import { type CodeSending, sendCode } from '#lib/codes/send-code.ts';
import { readTarget, type TargetRules } from '#lib/codes/target.ts';
import { epochSeconds } from '#lib/duration.ts';
import { uuidv7 } from '#lib/ids.ts';
import type { Language } from '#lib/language.ts';
import { shownEmail } from '#lib/names/email.ts';
import { identifierTaken } from '#lib/names/identifier-taken.ts';
import type { Passwords } from '#lib/passwords/passwords.ts';
import { type FieldError, isOurFault, Problem } from '#lib/problem.ts';
import type { LoginLimits } from '#lib/sign-in/complete-sign-in.ts';
import { provingLimits } from '#lib/sign-in/login-limits.ts';
import { giveBackIfBusy } from '#lib/throttle/address-limits.ts';
import type { StandingChecks } from '#lib/tokens/token.ts';
import type { AddressStore, Found } from './address-store.ts';
import { holds, isVerified } from './addresses.ts';
import { displacedFrom } from './displaced.ts';
import { type EndingOthers, endOthersAfterProof } from './end-others-after-proof.ts';
import { entitlementOf, waysBackOf } from './ownership.ts';
import { stillThere } from './still-there.ts';
import type { User } from './user.ts';
import type { UserStore } from './user-store.ts';
import { newsOf, undoFor, withUndos } from './way-back.ts';

/** The new address as typed, and the code once it has arrived there. */
export type AddressWish = {
  readonly kind: 'email' | 'mobile';
  readonly address: string;
  readonly password: string;
  readonly code?: string | undefined;
};

/** Whether the address is exchanged; if not, the seconds until another code can be sent. */
export type Exchanged = { readonly isChanged: true } | { readonly isChanged: false; readonly retryAfterSeconds: number };

type Needs = CodeSending &
  CodeChecking &
  TargetRules &
  EndingOthers & {
    readonly users: Pick<UserStore, 'findByIdentifier' | 'get'>;
    readonly addresses: Pick<AddressStore, 'find' | 'move' | 'claimantOf'>;
    readonly passwords: Pick<Passwords, 'check'>;
    readonly limits: LoginLimits;
    readonly rules: { readonly checks: StandingChecks };
    /** For how many seconds the reader of the old address can undo the exchange. */
    readonly undoSeconds: number;
  };

type Asker = { readonly caller: Caller; readonly client: Client; readonly language: Language };

/**
 * Exchanges an address of a caller who knows the password. Without a code, sends one to the new address; with the code,
 * exchanges the addresses in one write. The old address stays until then, and gets a message with a way back if it was
 * proved. A user who only claims the new address loses it. Only a caller with a right code learns that another user has
 * proved it. The first proof of an account ends all other sessions and the API tokens. Throws `validation_failed`; `identifier_taken`
 * after a right code; `throttled`, also after ten exchanges that can still be undone; `token_not_valid` and the like if
 * the caller is no longer let in.
 */
export async function changeAddress(needs: Needs, wish: AddressWish, asker: Asker): Promise<Exchanged> {
  const found = await needs.addresses.find(asker.caller.sub);
  const user = stillThere(found?.user, asker.caller, needs.rules.checks);
  const target = readTarget(wish.kind === 'email' ? 'email' : 'sms', wish.address, needs, wish.kind);
  if (holds(user, target)) throw wrong(wish.kind, { phrase: 'address_unchanged' });
  await provePassword(needs, user, wish.password, asker.client);
  if (wish.code === undefined) return await send(needs, user, target, asker);
  const proof = await checkCode(needs, { purpose: 'change', target, userId: user.id, code: wish.code });
  if (!proof || proof.userId !== user.id || proof.epoch !== user.tokenEpoch) throw wrong('code', { phrase: 'wrong_code' });
  return await exchange(
    needs,
    { user, undos: found?.undos ?? [] },
    { proof, target, shown: shownEmail(wish.address) ?? target.value },
    asker,
  );
}

export function viewExchanged(outcome: Exchanged) {
  return outcome.isChanged ? { changed: true } : { changed: false, retry_after: outcome.retryAfterSeconds };
}

/** Counts the try together with those of changing the password, so that a stolen token gives no more tries. */
async function provePassword(needs: Needs, user: User, typed: string, { address }: Client): Promise<void> {
  const counted = await needs.throttle.spend(
    { name: 'password-account', rate: needs.limits.account, subject: user.id },
    ...provingLimits('password', needs.limits, address),
  );
  try {
    const { matches, refused = 'wrong password' } = await needs.passwords.check(typed, user.password);
    if (!matches) throw new Problem('validation_failed', { errors: { password: [{ phrase: 'password_wrong' }] }, reason: refused });
  } catch (error) {
    if (isOurFault(error)) await needs.throttle.giveBack(...counted).catch(() => undefined); // the first error is the one to report
    throw error;
  }
  await needs.throttle.giveBack(...counted.filter(({ name }) => name === 'password-account'));
  await giveBackIfBusy(needs.throttle, counted);
}

async function send(needs: Needs, user: User, target: CodeTarget, { client, language }: Asker): Promise<Exchanged> {
  const find = async () => {
    const account = await needs.users.findByIdentifier(asIdentifier(target));
    const owner = account && (await needs.users.get(account.id));
    const taken: Told = { template: target.kind === 'email' ? 'account-exists' : 'nothing', share: 'signed-in' };
    return { target, told: owner && isVerified(owner, target) ? taken : ({ template: 'code', user, share: 'signed-in' } as const) };
  };
  return {
    isChanged: false,
    ...(await sendCode(needs, { purpose: 'change', asked: { userId: user.id, target }, find, language }, client)),
  };
}

type Proved = { readonly proof: CodeProof; readonly target: CodeTarget; readonly shown: string };

async function exchange(needs: Needs, found: Found, { proof, target, shown }: Proved, asker: Asker): Promise<Exchanged> {
  const { user } = found;
  const now = needs.now();
  const alive = waysBackOf(found.undos, epochSeconds(now));
  const undo = undoFor(user, target.kind, { undos: alive, now, undoSeconds: needs.undoSeconds });
  const undos = withUndos(alive, undo ? [undo] : [], now);
  const displaced = await displacedFrom(needs, target, { language: asker.language, now });
  await endOthersAfterProof(needs, entitlementOf({ user, undos: alive }, 'exchange', target), asker.caller);
  const outcome = await needs.addresses.move({
    ...{ found, proof, to: target, nowSeconds: epochSeconds(now), undos, displaced },
    shown: target.kind === 'email' ? shown : target.value,
    by: asker.client.requestId,
    event: { id: uuidv7(now), type: target.kind === 'email' ? 'email_changed' : 'mobile_changed', userId: user.id, at: now },
    news: newsOf(needs, user, target.kind, { undo, ...asker, now }),
  });
  if (outcome === 'done') return { isChanged: true };
  if (outcome === 'taken') throw identifierTaken([target.kind]);
  if (outcome === 'gone') throw wrong('code', { phrase: 'wrong_code' });
  throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'code, names or user are being written by others' });
}

const wrong = (field: string, error: FieldError) => new Problem('validation_failed', { errors: { [field]: [error] } });
