import * as v from 'valibot';
import { epochSeconds } from '#lib/duration.ts';
import { languages } from '#lib/language.ts';
import { channels, isAddress, type Message, purposes, type Template, templateChannels, travelsBy } from './message.ts';

const keptSeconds = 7 * 86_400;

/**
 * The row of a message in the outbox table, for the transaction of whoever needs it sent. Its `type` is what tells it from an event's.
 *
 * | attribute | | |
 * |---|---|---|
 * | `id` | key | UUID |
 * | `type` | | always `message` |
 * | `channel`, `to`, `template`, `purpose`, `language`, `values` | | `to` and `values` go once the message is settled |
 * | `secret_ref`, `secret_ends_at` | | what its code or link is made from, and its end (ISO 8601); gone likewise |
 * | `user_id`, `at`, `send_by` | | whom it is about, when it was caused, after when it is not sent (ISO 8601) |
 * | `state` | | `waiting`; the rest is written by who sends it (message-store.dynamo.ts) |
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

/** A row that is no message. What is wrong with it is not said: it may be somebody's address. */
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

/** What was written. Throws Unreadable where a row is none that this version writes, or its address is not one address. */
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
