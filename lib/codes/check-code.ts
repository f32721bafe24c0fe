import { epochSeconds } from '#lib/duration.ts';
import { warnAlarm } from '#lib/log.ts';
import type { ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import type { CodeProof, CodePurpose, CodeTarget } from './code.ts';
import { areDigits, digitsKey, digitsOf, whomOf } from './code-secrets.ts';
import type { CodeStore } from './code-store.ts';

/** What it takes to check codes. */
export type CodeChecking = {
  readonly codes: Pick<CodeStore, 'tryDigits'>;
  readonly lookupSecret: ReadLookupSecrets;
  /** How many times digits are compared with one code in its life. */
  readonly codeTries: number;
  /** Digits that are accepted instead of every code on a developer's machine; empty if there are none. */
  readonly fixedCode: string;
  /** The stage that the alarm's metric names. */
  readonly stage: string;
  readonly now: () => Date;
};

type Typed = {
  readonly purpose: CodePurpose;
  readonly target: CodeTarget;
  readonly code: string;
  /** The signed-in user who asked for the code; undefined for the purposes that anybody may ask for. */
  readonly userId?: string | undefined;
};

/**
 * The proof if the entered code is the newest one of this purpose and target. The try is counted first, on the code itself: after
 * `codeTries` the code is dead and a new one has tries of its own. A dead, expired, wrong or absent code gets one answer, undefined,
 * so no caller learns for whom a code was sent. The proof is not spent yet: the write that uses it spends it.
 */
export async function checkCode(needs: CodeChecking, { purpose, target, userId, code: typed }: Typed): Promise<CodeProof | undefined> {
  const nowSeconds = epochSeconds(needs.now());
  // During a rotation of the lookup secret the row has the name of either value; `sendCode` leaves no more than one alive.
  const rows = (await needs.lookupSecret()).map(async (secret) => {
    const key = digitsKey(purpose, whomOf(secret, target, userId));
    const code = await needs.codes.tryDigits(key, needs.codeTries, nowSeconds);
    const digits = digitsOf(secret, { ref: code?.ref ?? '', purpose, target }, needs.fixedCode);
    return { code, isRight: areDigits(typed, digits) };
  });
  const found = (await Promise.all(rows)).filter(({ code }) => code !== undefined && !code.isSpent);
  const right = found.find(({ isRight }) => isRight)?.code;
  if (!right && found.length > 0) warnAlarm('wrong_code', needs.stage, { purpose });
  return right && { key: right.key, ref: right.ref, until: 'digits_until', userId: right.userId, epoch: right.epoch };
}
