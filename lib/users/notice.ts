import type { CodeTarget } from '#lib/codes/code.ts';
import { channelOf } from '#lib/codes/code.ts';
import type { Client } from '#lib/http/client.ts';
import { uuidv7 } from '#lib/ids.ts';
import type { Language } from '#lib/language.ts';
import type { Message } from '#lib/messages/message.ts';

/** A notice that is old is no longer one. */
const worthSendingSeconds = 86_400;

type About = {
  readonly user: { readonly id: string };
  readonly client: Pick<Client, 'address'>;
  readonly language: Language;
  readonly now: Date;
  /** What the way back is made from, and its end. */
  readonly secret?: Message['secret'];
};

/** Tells somebody at an address of theirs what was done to their account, and from where; of IPv6 the network only, which has no name a message could show. */
export function noticeTo(target: CodeTarget, template: Message['template'], { user, client, language, now, secret }: About): Message {
  return {
    id: uuidv7(now),
    channel: channelOf(target),
    to: target.value,
    template,
    purpose: 'notice',
    language,
    ...(client.address.includes('/') ? {} : { values: { address: client.address } }),
    ...(secret && { secret }),
    userId: user.id,
    at: now,
    expiresAt: new Date(now.getTime() + 1000 * worthSendingSeconds),
  };
}
