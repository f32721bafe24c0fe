import * as v from 'valibot';
import { line } from '#lib/http/fields.ts';

/** A code as it was typed; `areDigits` judges it. */
export const code = line(32);

/** The same where a form may leave it out, which asks for one to be sent. */
export const optionalCode = v.optional(
  v.union([
    v.pipe(
      v.nullable(v.literal('')),
      v.transform(() => undefined),
    ),
    code,
  ]),
);

const channels = ['sms', 'email'] as const;
export const channel = v.picklist(channels, `not_a_choice:choices=${channels.join(' / ')}`);

/** In how many seconds there may be another code. */
export const sentView = v.object({ retry_after: v.number() });
