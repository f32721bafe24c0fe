import { type GenericSchema, type InferOutput, object, safeParse } from 'valibot';
import { jsonBound, Unbounded } from '#lib/hooks/json-bound.ts';
import { SettingsError } from '#lib/settings/parse.ts';
import type { User } from './user.ts';

/**
 * `self`: the user, and users who look after others. `staff`: only the latter. `nobody`: only the command line and your
 * own code.
 */
type Reader = 'self' | 'staff';
type Writer = 'self' | 'staff' | 'nobody';

/** A value that a project keeps of its users beside what every user has: its schema, and who may read and write it. */
type Attribute = {
  readonly schema: GenericSchema;
  readonly read: Reader;
  readonly write: Writer;
  /** Registration takes the attribute. The user may set it there whatever `write` says. */
  readonly atRegistration?: 'optional' | 'required';
};
export type Attributes = Readonly<Record<string, Attribute>>;

/**
 * The most bytes that all attributes of a user can take in JSON. Every read of a user reads them, and 4 kB are one read
 * unit.
 */
const mostBytes = 16_384;

/** Declares the attributes of a project, with their exact types for `attributesOf`. */
export function declareAttributes<const Declared extends Attributes>(declared: Declared): Declared {
  return declared;
}

/** The attributes of a user, as declared. A value that is absent, or no longer fits its schema, is left out. */
export function attributesOf<const Declared extends Attributes>(
  declared: Declared,
  user: Pick<User, 'attributes'>,
): { readonly [Name in keyof Declared]?: InferOutput<Declared[Name]['schema']> } {
  const fitting = Object.entries(declared).flatMap(([name, { schema }]) => {
    if (!Object.hasOwn(user.attributes, name)) return [];
    const { success, output } = safeParse(schema, user.attributes[name]);
    return success ? [[name, output]] : [];
  });
  return Object.fromEntries(fitting);
}

/** The names of the attributes that a reader may see, or a writer change. */
export function namesFor(declared: Attributes, use: 'read' | 'write', who: Reader): string[] {
  return Object.keys(declared).filter((name) => declared[name]?.[use] === 'self' || (who === 'staff' && declared[name]?.[use] === 'staff'));
}

/** The names of the attributes that a user can have set themselves, here or when they registered. */
export function ownNames(declared: Attributes): string[] {
  return Object.keys(declared).filter((name) => declared[name]?.write === 'self' || declared[name]?.atRegistration !== undefined);
}

/**
 * Throws SettingsError if attributes.ts is not usable: a name is invalid, a value has no limit, or all of them can be
 * too large.
 */
export function refuseUnsoundAttributes(declared: Attributes | undefined): void {
  const errors = declared
    ? attributeErrors(declared)
    : ['attributes.ts has to export attributes: `export const attributes = declareAttributes({});` where there are none'];
  if (errors.length > 0) throw new SettingsError(errors);
}

function attributeErrors(declared: Attributes): string[] {
  const misnamed = Object.keys(declared).filter((name) => !/^[a-z][a-z0-9_]{0,63}$/.test(name));
  if (misnamed.length > 0)
    return misnamed.map((name) => `${name} in attributes.ts: a name is at most 64 small letters, digits and _, a letter first`);
  try {
    const entries = Object.fromEntries(Object.entries(declared).map(([name, { schema }]) => [name, schema]));
    const bytes = jsonBound(object(entries), 'attributes.ts');
    return bytes > mostBytes ? [`the attributes of attributes.ts can take ${bytes} bytes of ${mostBytes}: give them smaller bounds`] : [];
  } catch (error) {
    if (error instanceof Unbounded) return [error.message];
    throw error;
  }
}
