import { epochSeconds } from '#lib/duration.ts';
import { describeError, log } from '#lib/log.ts';
import { isOurFault } from '#lib/problem.ts';
import type { Rate } from '#lib/rate.ts';
import type { Spent, Throttle } from '#lib/throttle/throttle.ts';
import type { CodePurpose, CodeTarget, Proof } from './code.ts';
import { areDigits, codeKey, digitsOf, whoOf } from './code-secrets.ts';
import type { CodeStore } from './code-store.ts';

export type CodeChecking = {
  readonly codes: Pick<CodeStore, 'get'>;
  readonly throttle: Throttle;
  readonly lookupSecret: () => Promise<Uint8Array>;
  /** How often codes may be tried of one target, whatever they are for and however many were sent. */
  readonly codeTries: Rate;
  /** Digits that stand for every code on a developer's machine; empty for none. */
  readonly fixedCode: string;
  readonly now: () => Date;
};

type Typed = { readonly purpose: CodePurpose; readonly target: CodeTarget; readonly code: string };

/** What became of a try: `proof` where the code is right, and the try that was counted for it. */
export type Tried = { readonly proof: Proof | undefined; readonly counted: readonly Spent[] };

/**
 * Compares what was typed with the newest code of this purpose and target. The try is counted before, and not given back by another code; a
 * right one forgets the wrong ones before it. The proof is not spent yet: that is for the write it is good for. Throws `throttled` where the tries are used up.
 */
export async function checkCode(needs: CodeChecking, { purpose, target, code: typed }: Typed): Promise<Tried> {
  const limit = { name: 'code-tries', rate: needs.codeTries, subject: target.value };
  const counted = await needs.throttle.spend(limit);
  try {
    const secret = await needs.lookupSecret();
    const code = await needs.codes.get(codeKey(purpose, whoOf(secret, target.kind, target.value)));
    const digits = digitsOf(secret, { ref: code?.ref ?? '', purpose, target }, needs.fixedCode);
    const isRight = areDigits(typed, digits);
    const isAlive = code !== undefined && !code.isSpent && code.digitsUntil > epochSeconds(needs.now());
    if (!isRight || !isAlive) return { proof: undefined, counted };
    await forgetTries(needs, counted);
    const { key, ref, userId, epoch } = code;
    return { proof: { key, ref, until: 'digits_until', userId, epoch }, counted };
  } catch (error) {
    if (isOurFault(error)) await needs.throttle.giveBack(...counted).catch(() => undefined); // the first error is the one to report
    throw error;
  }
}

/** Only where there were some: most codes are typed right. */
export async function forgetTries({ throttle }: Pick<CodeChecking, 'throttle'>, counted: readonly Spent[]): Promise<void> {
  const several = counted.filter(({ count }) => count > 1);
  await Promise.all(several.map((spent) => throttle.clear(spent))).catch((error: unknown) =>
    log.warn('count_not_given_back', describeError(error)),
  );
}
