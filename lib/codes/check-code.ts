import { epochSeconds } from '#lib/duration.ts';
import { describeError, log } from '#lib/log.ts';
import type { ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import { isOurFault } from '#lib/problem.ts';
import type { Rate } from '#lib/rate.ts';
import type { Spent, Throttle } from '#lib/throttle/throttle.ts';
import type { Code, CodeProof, CodePurpose, CodeTarget } from './code.ts';
import { areDigits, codeKey, digitsOf, whoOf } from './code-secrets.ts';
import type { CodeStore } from './code-store.ts';

/** What it takes to check codes. */
export type CodeChecking = {
  readonly codes: Pick<CodeStore, 'get'>;
  readonly throttle: Throttle;
  readonly lookupSecret: ReadLookupSecrets;
  /** How often codes of one target may be tried, for all purposes and however many were sent. */
  readonly codeTries: Rate;
  /** Digits that are accepted instead of every code on a developer's machine; empty if there are none. */
  readonly fixedCode: string;
  readonly now: () => Date;
};

type Typed = { readonly purpose: CodePurpose; readonly target: CodeTarget; readonly code: string };

/** The result of a try: the proof if the code is right, and the tries that were counted. */
export type Tried = { readonly proof: CodeProof | undefined; readonly counted: readonly Spent[] };

/**
 * Compares the entered code with the newest one of this purpose and target. The try is counted first; a right code
 * resets the count. The proof is not spent yet: the write that uses it spends it. Throws `throttled` if the tries are
 * used up.
 */
export async function checkCode(needs: CodeChecking, { purpose, target, code: typed }: Typed): Promise<Tried> {
  const limit = { name: 'code-tries', rate: needs.codeTries, subject: target.value };
  const counted = await needs.throttle.spend(limit);
  try {
    const code = await rightCode(needs, { purpose, target, code: typed });
    if (!code) return { proof: undefined, counted };
    await forgetTries(needs, counted);
    const { key, ref, userId, epoch } = code;
    return { proof: { key, ref, until: 'digits_until', userId, epoch }, counted };
  } catch (error) {
    if (isOurFault(error)) await needs.throttle.giveBack(...counted).catch(() => undefined); // the first error is the one to report
    throw error;
  }
}

/**
 * The code of this purpose and target that was typed, if it is alive. During a rotation of the lookup secret its row has
 * the name of either value; `sendCode` leaves no more than one row alive.
 */
async function rightCode(needs: CodeChecking, { purpose, target, code: typed }: Typed): Promise<Code | undefined> {
  const secrets = await needs.lookupSecret();
  const found = await Promise.all(secrets.map((secret) => needs.codes.get(codeKey(purpose, whoOf(secret, target.kind, target.value)))));
  const right = secrets.map((secret, index) => {
    const code = found[index];
    const isRight = areDigits(typed, digitsOf(secret, { ref: code?.ref ?? '', purpose, target }, needs.fixedCode));
    const isAlive = code !== undefined && !code.isSpent && code.digitsUntil > epochSeconds(needs.now());
    return isRight && isAlive ? code : undefined;
  });
  return right.find((code) => code !== undefined);
}

/** Resets the count if there were earlier tries; most codes are entered right at once. */
export async function forgetTries({ throttle }: Pick<CodeChecking, 'throttle'>, counted: readonly Spent[]): Promise<void> {
  const several = counted.filter(({ count }) => count > 1);
  await Promise.all(several.map((spent) => throttle.clear(spent))).catch((error: unknown) =>
    log.warn('count_not_given_back', describeError(error)),
  );
}
