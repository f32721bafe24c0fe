import * as v from 'valibot';
import { epochSeconds } from '#lib/duration.ts';
import { languages } from '#lib/language.ts';
import { channels, isAddress, type Message, purposes, type Template, templateChannels, travelsBy } from './message.ts';

const keptSeconds = 7 * 86_400;

/**
 * The row of a message in the outbox table, written in the transaction that causes it. `type` tells it from an event.
 *
 * | attribute | | |
 * |---|---|---|
 * | `id` | key | UUID |
 * | `type` | | always `message` |
 * | `channel`, `to`, `template`, `purpose`, `language`, `values` | | `to` and `values` are removed once the message is settled |
 * | `secret_ref`, `secret_ends_at` | | what its code or link is made from, and when that expires (ISO 8601); removed likewise |
 * | `user_id`, `at`, `send_by` | | the user, when it was caused, and until when it may be sent (ISO 8601) |
 * | `state` | | `waiting`; deliveries write the other states (message-store.dynamo.ts) |
 * | `expires_at` | TTL | a week after `at`, in seconds since 1970 |
 */
export function messageItem(message: Message) {
  const { userId, secret, values } = message;
  return {
    id: message.id,
    type: 'message' as const,
    channel: message.channel,
    to: message.to,
    template: message.template,
    purpose: message.purpose,
    language: message.language,
    ...(values && { values }),
    ...(secret && { secret_ref: secret.ref, secret_ends_at: secret.endsAt.toISOString() }),
    ...(userId !== undefined && { user_id: userId }),
    at: message.at.toISOString(),
    send_by: message.expiresAt.toISOString(),
    state: 'waiting' as const,
    expires_at: epochSeconds(message.at) + keptSeconds,
  };
}

/** A row that is not a message. The error does not say what is wrong with it, because that may be an address. */
class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

const instant = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.transform((text) => new Date(text)),
);
const row = v.object({
  id: v.string(),
  type: v.literal('message'),
  channel: v.picklist(channels),
  to: v.string(),
  template: v.picklist(Object.keys(templateChannels) as Template[]),
  purpose: v.picklist(purposes),
  language: v.picklist(languages),
  values: v.optional(v.object({ address: v.optional(v.pipe(v.string(), v.ip())) })),
  secret_ref: v.optional(v.string()),
  secret_ends_at: v.optional(instant),
  user_id: v.optional(v.string()),
  at: instant,
  send_by: instant,
});

/** The message of a row. Throws Unreadable if this version does not write such rows, or if `to` is not one address. */
export function messageFrom(item: unknown): Message {
  const { success, output } = v.safeParse(row, item);
  if (!success || !isAddress(output.channel, output.to) || !travelsBy(output.template, output.channel))
    throw new Unreadable('a row of the outbox is no message');
  const { secret_ref: ref, secret_ends_at: endsAt, user_id: userId, at, send_by: expiresAt, values } = output;
  const { id, channel, to, template, purpose, language } = output;
  return {
    ...{ id, channel, to, template, purpose, language, at, expiresAt },
    ...(values?.address !== undefined && { values: { address: values.address } }),
    ...(ref !== undefined && endsAt && { secret: { ref, endsAt } }),
    ...(userId !== undefined && { userId }),
  };
}
