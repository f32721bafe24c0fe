import * as v from 'valibot';
import { optionalCode } from '#lib/codes/code-fields.ts';
import { line, optionalLine, text } from '#lib/http/fields.ts';
import { humanProofFields } from '#lib/human-check/human-proof.ts';
import type { Attributes } from './attributes.ts';
import { type ByField, byField, type Kind, userFields } from './user-fields.ts';

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
const password = v.pipe(text, v.nonEmpty('blank'));
/** The kinds of addresses that whoever looks after a user vouches for. */
const proved = v.optional(v.array(v.picklist(['email', 'mobile'], 'not_a_choice:choices=email / mobile'), 'not_a_list'));

/** Makes the fields that people set, by whether a user may lack them. */
function lines<Required, Optional>(required: (limit: number) => Required, optional: (limit: number) => Optional) {
  const made = byField('longest', ({ longest = 0, isOptional }) => (isOptional ? optional : required)(longest));
  return made as ByField<{ longest: number }, Record<Kind, Required>, Record<Kind, Optional>>;
}

/** The fields of a new user. Without a username, the name is the username too, or one is made from it. */
function newcomerLines() {
  const { name, ...others } = lines(line, optionalLine);
  return { name, ...others, username: optionalLine(userFields.username.longest) };
}

/**
 * The attributes that a body may have; null empties one. Other attributes are dropped. Permission to write is checked
 * later.
 */
function attributesForm(attributes: Attributes) {
  const entries = Object.entries(attributes).map(([name, { schema }]) => [name, v.optional(v.nullable(schema))] as const);
  return v.object(Object.fromEntries(entries) as Record<string, (typeof entries)[number][1]>, 'not_an_object');
}

/** The form of PUT, a whole profile. A missing optional field is emptied; roles stay as they are. */
export function profileForm(attributes: Attributes) {
  return v.object({
    ...lines(line, (limit) => v.optional(emptiableLine(limit), null)),
    attributes: v.optional(attributesForm(attributes), {}),
    roles: v.optional(roles),
  });
}

/** The form of PATCH. Only the fields it has are changed. */
export function patchForm(attributes: Attributes) {
  return v.object({
    ...lines(
      (limit) => v.optional(line(limit)),
      (limit) => v.optional(emptiableLine(limit)),
    ),
    attributes: v.optional(attributesForm(attributes)),
    roles: v.optional(roles),
    proved,
  });
}

/** The changes of a profile. A missing field stays as it is, and null empties one. */
export type ProfileWish = v.InferOutput<ReturnType<typeof patchForm>>;

/** The form for staff to make a user. Without a password, no password matches. */
export function newUserForm(attributes: Attributes) {
  return v.object({
    ...newcomerLines(),
    password: v.optional(password),
    attributes: v.optional(attributesForm(attributes)),
    roles: v.optional(roles),
    proved,
  });
}

export type NewUserWish = v.InferOutput<ReturnType<typeof newUserForm>>;

/** The form of a registration. `code` is what was sent to an address that has to be proved. */
export function registrationForm(attributes: Attributes) {
  return v.object({
    ...newcomerLines(),
    password,
    password_confirmation: password,
    ...registrationAttributes(attributes),
    ...humanProofFields,
    code: optionalCode,
  });
}

export type Registration = v.InferOutput<ReturnType<typeof registrationForm>>;

/** The attributes that a registration may have or needs; no field at all if the project declares none for it. */
function registrationAttributes(attributes: Attributes) {
  const asked = Object.entries(attributes).filter(([, { atRegistration }]) => atRegistration);
  const entries = asked.map(([name, { schema, atRegistration }]) => [
    name,
    atRegistration === 'required' ? schema : v.optional(v.nullable(schema)),
  ]);
  const form = v.object<Record<string, v.GenericSchema>, 'not_an_object'>(Object.fromEntries(entries), 'not_an_object');
  const isRequired = asked.some(([, { atRegistration }]) => atRegistration === 'required');
  const fields = asked.length > 0 ? { attributes: isRequired ? form : v.optional(form) } : {};
  return fields as { readonly attributes: v.OptionalSchema<typeof form, undefined> };
}
