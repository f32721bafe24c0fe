import type { Client } from '#lib/caller/client.ts';
import { epochSeconds } from '#lib/duration.ts';
import { isOurFault, Problem } from '#lib/problem.ts';
import type { Rate } from '#lib/rate.ts';
import { everybody, type Throttle } from '#lib/throttle/throttle.ts';
import { captchaId, newAnswer } from './captcha-answer.ts';
import { drawCaptcha } from './captcha-picture.ts';
import { hashedAnswer } from './human-keys.ts';
import type { ProofStore } from './proof-store.ts';

type Needs = {
  readonly proofs: Pick<ProofStore, 'keepAnswer'>;
  readonly throttle: Pick<Throttle, 'spend' | 'giveBack'>;
  readonly limits: { readonly address: Rate; readonly global: Rate };
  readonly lifetimeSeconds: number;
  readonly lookupSecret: () => Promise<Uint8Array>;
  /** A number from 0 up to 1 that nobody can foresee. */
  readonly random: () => number;
  readonly now: () => Date;
};

/**
 * A picture to read for an id that the client chose, as a PNG. Asked for again it is another picture with another answer, and the one before is dead: whoever
 * cannot read one gets another, and no answer is there to be guessed at twice. Throws `not_found` where the id is no UUID, and `throttled`.
 */
export async function makeCaptcha(needs: Needs, uuid: string, { address }: Client): Promise<Uint8Array> {
  const id = captchaId(uuid);
  if (id === undefined) throw new Problem('not_found');
  const tries = await needs.throttle.spend(
    { name: 'captcha-address', rate: needs.limits.address, subject: address },
    { name: 'captcha-global', rate: needs.limits.global, subject: everybody },
  );
  try {
    const answer = newAnswer(needs.random);
    const hashed = hashedAnswer(await needs.lookupSecret(), id, answer);
    await needs.proofs.keepAnswer({ id, answer: hashed, expiresAt: epochSeconds(needs.now()) + needs.lifetimeSeconds });
    return drawCaptcha(answer, needs.random);
  } catch (error) {
    if (isOurFault(error)) await needs.throttle.giveBack(...tries).catch(() => undefined); // the first error is the one to report
    throw error;
  }
}
