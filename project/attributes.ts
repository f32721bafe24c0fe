import * as v from 'valibot';
import { shortText } from '#lib/hooks/fields.ts';
import { declareAttributes } from '#lib/users/attributes.ts';

/**
 * What you keep of your users beside what every user has: the type of each, who may read it (`self`, `staff`) and who may write it (`self`,
 * `staff`, `nobody`). Yours to change; docs/customising.md tells what can stand here.
 */
export const attributes = declareAttributes({
  nickname: { schema: v.pipe(shortText(64), v.nonEmpty('blank')), read: 'self', write: 'self' },
  money: { schema: v.pipe(v.number('not_a_number'), v.minValue(0, 'too_small:limit=0')), read: 'self', write: 'staff' },
  credit: { schema: v.pipe(v.number('not_a_number'), v.safeInteger('not_an_integer')), read: 'self', write: 'staff' },
});
