import * as v from 'valibot';
import { line } from '#lib/http/fields.ts';
import { cleanedDigits } from '#lib/names/pasted.ts';

/** A code as it was entered, with digits of any script; `areDigits` checks it. */
export const code = v.pipe(line(32), v.transform(cleanedDigits));

/** The same field, but a form may leave it out to ask for a code to be sent. */
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
/** How a code is sent. */
export const channel = v.picklist(channels, `not_a_choice:choices=${channels.join(' / ')}`);

/** The answer after a code was asked for: the seconds until another one may be sent. */
export const sentView = v.object({ retry_after: v.number() });
