import { createHmac } from 'node:crypto';
import { epochSeconds } from '#lib/duration.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { Letter } from './letter.ts';
import { isAddress } from './message.ts';
import type { Sender, Sending } from './sender.ts';
import { TryAgain } from './try-again.ts';

type Chosen = Pick<Settings, 'MESSAGE_WEBHOOK_URL' | 'MESSAGE_FROM_NAME' | 'MESSAGE_FROM_EMAIL'>;
type Needs = { readonly secret: () => Promise<Uint8Array>; readonly now: () => Date; readonly patienceMilliseconds?: number };

/**
 * Posts letters to MESSAGE_WEBHOOK_URL, signed as Standard Webhooks 1.0 defines. The receiver recognises `webhook-id`,
 * so a post without an answer is repeated. No redirect is followed, because the letter may hold a code.
 */
export function webhookSender(settings: Chosen, { secret, now, patienceMilliseconds = 8000 }: Needs): Sender {
  return {
    knowsRepeats: true,
    async send(letter) {
      if (!isAddress(letter.channel, letter.to)) return { refused: 'no address' };
      const body = JSON.stringify(shown(letter, settings));
      const seconds = epochSeconds(now());
      const signature = createHmac('sha256', await secret())
        .update(`${letter.id}.${seconds}.${body}`)
        .digest('base64');
      const headers = {
        'content-type': 'application/json',
        'webhook-id': letter.id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': `v1,${signature}`,
      };
      const signal = AbortSignal.timeout(patienceMilliseconds);
      const post = { method: 'POST', headers, body, signal, redirect: 'manual' } as const;
      const answer = await fetch(settings.MESSAGE_WEBHOOK_URL, post).catch((error: Error) => {
        throw new TryAgain(`webhook ${error.name === 'TimeoutError' ? 'did not answer in time' : 'was not reached'}`);
      });
      await answer.body?.cancel();
      return judged(answer.status);
    },
  };
}

function judged(status: number): Sending {
  if (status >= 200 && status < 300) return 'sent';
  if (status >= 500 || [408, 409, 425, 429].includes(status)) throw new TryAgain(`webhook ${status}`);
  return { refused: `webhook ${status}` };
}

/** The body of the post; docs/messages.md is its contract. */
function shown(letter: Letter, { MESSAGE_FROM_NAME: name, MESSAGE_FROM_EMAIL: email }: Chosen) {
  const { id, channel, to, template, purpose, language, text, expiresAt } = letter;
  return {
    type: 'message.send',
    ...{ id, channel, to, template, purpose, language, text },
    ...(letter.channel === 'email' && { subject: letter.subject, html: letter.html }),
    from: { name, ...(email && { email }) },
    expires_at: expiresAt.toISOString(),
  };
}
