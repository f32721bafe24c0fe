import type { Client } from '#lib/caller/client.ts';
import { epochSeconds } from '#lib/duration.ts';
import { makingSecret, type ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import { isOurFault, Problem } from '#lib/problem.ts';
import type { Rate } from '#lib/rate.ts';
import { addressLimits } from '#lib/throttle/address-limits.ts';
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
  readonly lookupSecret: ReadLookupSecrets;
  /** A random number of at least 0 and below 1 that cannot be predicted. */
  readonly random: () => number;
  readonly now: () => Date;
};

/**
 * A picture to read, as a PNG, for an id that the client chose. A second request for the id makes another picture and
 * answer and voids the first, so that a hard picture can be replaced and no answer can be guessed twice. Throws
 * `not_found` if the id is not a UUID, and `throttled`.
 */
export async function makeCaptcha(needs: Needs, uuid: string, { address }: Client): Promise<Uint8Array> {
  const id = captchaId(uuid);
  if (id === undefined) throw new Problem('not_found');
  const tries = await needs.throttle.spend(...addressLimits('captcha-address', needs.limits.address, address), {
    name: 'captcha-global',
    rate: needs.limits.global,
    subject: everybody,
  });
  try {
    const answer = newAnswer(needs.random);
    const nowSeconds = epochSeconds(needs.now());
    const hashed = hashedAnswer(makingSecret(await needs.lookupSecret(), nowSeconds), id, answer);
    await needs.proofs.keepAnswer({ id, answer: hashed, expiresAt: nowSeconds + needs.lifetimeSeconds });
    return drawCaptcha(answer, needs.random);
  } catch (error) {
    if (isOurFault(error)) await needs.throttle.giveBack(...tries).catch(() => undefined); // the first error is the one to report
    throw error;
  }
}
