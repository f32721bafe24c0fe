import * as v from 'valibot';
import { line, optionalLine, text } from '#lib/http/fields.ts';
import type { Attributes } from './attributes.ts';

/** A field that can be emptied: null, and an empty text as a form sends it. */
const emptiableLine = (limit: number) =>
  v.union(
    [
      v.pipe(
        v.nullable(v.literal('')),
        v.transform(() => null),
      ),
      line(limit),
    ],
    'not_a_string',
  );

const roles = v.array(text, 'not_a_list');

/** The attributes that a body may have, each null to empty it. Others are dropped; who may write which is not judged here. */
function attributesForm(attributes: Attributes) {
  const entries = Object.entries(attributes).map(([name, { schema }]) => [name, v.optional(v.nullable(schema))] as const);
  return v.object(Object.fromEntries(entries) as Record<string, (typeof entries)[number][1]>, 'not_an_object');
}

/** A whole profile, as PUT has it: what may be empty is emptied where it is left out; roles stay as they are. */
export function profileForm(attributes: Attributes) {
  return v.object({
    username: line(64),
    name: line(64),
    email: line(254),
    mobile: v.optional(emptiableLine(40), null),
    attributes: v.optional(attributesForm(attributes), {}),
    roles: v.optional(roles),
  });
}

/** What of a profile is to change, as PATCH names it. */
export function patchForm(attributes: Attributes) {
  return v.object({
    username: v.optional(line(64)),
    name: v.optional(line(64)),
    email: v.optional(line(254)),
    mobile: v.optional(emptiableLine(40)),
    attributes: v.optional(attributesForm(attributes)),
    roles: v.optional(roles),
  });
}

/** Somebody new, as who looks after users makes them. Without a username, the name is the username too; without a password none matches. */
export function newUserForm(attributes: Attributes) {
  return v.object({
    name: line(64),
    username: optionalLine(64),
    email: line(254),
    mobile: optionalLine(40),
    password: v.optional(v.pipe(text, v.nonEmpty('blank'))),
    attributes: v.optional(attributesForm(attributes)),
    roles: v.optional(roles),
  });
}
