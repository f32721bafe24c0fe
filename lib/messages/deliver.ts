import { randomId } from '#lib/ids.ts';
import { describeError, log } from '#lib/log.ts';
import type { Message } from './message.ts';
import type { Claim, End, MessageStore } from './message-store.ts';
import type { Senders, Sending } from './sender.ts';
import type { WriteLetter } from './write-letter.ts';

/** What it takes to deliver messages. */
export type Delivering = {
  readonly store: MessageStore;
  readonly senders: Senders;
  readonly write: WriteLetter;
  /** Turns a reference into the code, or into the token for the link. */
  readonly secretOf: (ref: string) => Promise<string>;
  readonly now: () => Date;
  readonly pause: (milliseconds: number) => Promise<unknown>;
};

/** How long a claim on a message lasts, in seconds. After that it is not known whether the message was sent. */
const claimSeconds = 30;

/** How often a delivery that waits for another's claim looks again, in seconds. */
const pauseSeconds = 3;

/** Another delivery is sending this message, and one before it did not finish. */
class StillHeld extends Error {
  override readonly name = 'StillHeld';
}

/**
 * Sends a message once, however often it is delivered, and answers how it ended; undefined if it had ended before. The
 * log has the end and, if the message was not sent, the reason. Throws if trying again makes sense; then the message
 * can be delivered as if for the first time.
 */
export async function deliver(needs: Delivering, message: Message): Promise<End | undefined> {
  const taken = await take(needs, message.id);
  if (!taken) return undefined;
  const { claim, isAgain } = taken;
  const { end, reason } = await orRelease(needs, claim, () => send(needs, message, isAgain));
  tell(message, end, { reason, ms: needs.now().getTime() - message.at.getTime() });
  const settled = await needs.store.settle(claim, end, needs.now());
  if (settled === 'lost') log.warn('message_taken_over', { message: message.id, end });
  return end;
}

/**
 * Claims a message; undefined if it has ended. If another delivery holds it, this one waits until the claim expires,
 * because that one may have died, and the stream would not try again.
 */
async function take({ store, now, pause }: Delivering, id: string): Promise<{ claim: Claim; isAgain: boolean } | undefined> {
  for (let waited = 0; waited <= claimSeconds + pauseSeconds; waited += pauseSeconds) {
    const at = now();
    const claim = { id, by: randomId(), now: at, until: new Date(at.getTime() + claimSeconds * 1000) };
    const held = await store.claim(claim);
    if (held === 'settled') return undefined;
    if (held !== 'held') return { claim, isAgain: held === 'claimed-again' };
    await pause(pauseSeconds * 1000);
  }
  throw new StillHeld(`message ${id} is being sent`);
}

type Ended = { readonly end: End; readonly reason?: string };

async function send(needs: Delivering, message: Message, isAgain: boolean): Promise<Ended> {
  if (needs.now() >= message.expiresAt) return { end: 'expired' };
  const sender = await needs.senders[message.channel]();
  if (isAgain && !sender.knowsRepeats) return { end: 'unsure', reason: 'whoever sent it was not heard of again' };
  const secret = message.secret && (await needs.secretOf(message.secret.ref));
  return endOf(await sender.send(needs.write(message, secret)));
}

function endOf(sending: Sending): Ended {
  if (sending === 'sent') return { end: 'sent' };
  return 'refused' in sending ? { end: 'refused', reason: sending.refused } : { end: 'unsure', reason: sending.unsure };
}

/** If sending throws, nothing was sent: the claim is released for the next try. */
async function orRelease<T>({ store }: Delivering, claim: Claim, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await store.release(claim).catch((failure: unknown) => log.warn('message_not_released', describeError(failure)));
    throw error;
  }
}

/** Logs one line a message, without its address and its text. */
function tell({ id, template, channel, purpose, userId }: Message, end: End, more: { reason: string | undefined; ms: number }): void {
  const level = end === 'sent' ? 'info' : end === 'expired' ? 'warn' : 'error';
  log[level](`message_${end}`, { message: id, template, channel, purpose, userId, ...more });
}
