import { randomId } from '#lib/ids.ts';
import { describeError, log } from '#lib/log.ts';
import type { Message } from './message.ts';
import type { Claim, End, MessageStore } from './message-store.ts';
import type { Senders, Sending } from './sender.ts';
import type { WriteLetter } from './write-letter.ts';

export type Delivering = {
  readonly store: MessageStore;
  readonly senders: Senders;
  readonly write: WriteLetter;
  /** What a reference stands for: the code, or what goes into the link. */
  readonly secretOf: (ref: string) => Promise<string>;
  readonly now: () => Date;
};

/** How long whoever sends a message has for it, in seconds: until then nobody else tries, and afterwards nobody knows. */
export const claimSeconds = 30;

/** Somebody is sending this very message, or stopped halfway a moment ago: come back when their time is up. */
export class StillHeld extends Error {
  override readonly name = 'StillHeld';
}

/**
 * Sends a message, once however often it is asked, and answers how it ended; undefined where it had ended before. The log says how each
 * ended, and why it was not sent. Throws where trying again makes sense; the message waits then as if nothing had been.
 */
export async function deliver(needs: Delivering, message: Message): Promise<End | undefined> {
  const now = needs.now();
  const claim: Claim = { id: message.id, by: randomId(), now, until: new Date(now.getTime() + claimSeconds * 1000) };
  const held = await needs.store.claim(claim);
  if (held === 'settled') return undefined;
  if (held === 'held') throw new StillHeld(`message ${message.id} is being sent`);
  const { end, reason } = await orRelease(needs, claim, () => send(needs, message, held === 'claimed-again'));
  tell(message, end, { reason, ms: needs.now().getTime() - message.at.getTime() });
  const settled = await needs.store.settle(claim, end, needs.now());
  if (settled === 'lost') log.warn('message_taken_over', { message: message.id, end });
  return end;
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

/** What throws before anything was sent leaves the message to the next try. */
async function orRelease<T>({ store }: Delivering, claim: Claim, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await store.release(claim).catch((failure: unknown) => log.warn('message_not_released', describeError(failure)));
    throw error;
  }
}

/** One line a message, with nothing in it that says where it went or what it said. */
function tell({ id, template, channel, purpose, userId }: Message, end: End, more: { reason: string | undefined; ms: number }): void {
  const level = end === 'sent' ? 'info' : end === 'expired' ? 'warn' : 'error';
  log[level](`message_${end}`, { message: id, template, channel, purpose, userId, ...more });
}
