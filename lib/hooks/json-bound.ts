import type { GenericSchema } from 'valibot';

/** Matches well-formed text without control characters: such text needs at most three bytes a UTF-16 unit. */
export const printable = /^[^\p{Cc}\p{Cs}]*$/u;

type Node = {
  readonly kind: string;
  readonly type: string;
  readonly pipe?: readonly Node[];
  readonly requirement?: unknown;
  readonly entries?: Readonly<Record<string, Node>>;
  readonly items?: readonly Node[];
  readonly item?: Node;
  readonly wrapped?: Node;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
};

/** A schema has no bound, or none that can be computed. The message names the field and what it lacks. */
export class Unbounded extends Error {
  override readonly name = 'Unbounded';
}

/**
 * The most bytes of JSON (UTF-8) that a value of the schema can need. Throws Unbounded if there is no limit, or if the
 * schema changes its values: then what was checked would not be what is written.
 */
export function jsonBound(schema: GenericSchema, at: string): number {
  return bound(schema as unknown as Node, at);
}

function bound(node: Node, at: string): number {
  const { type } = node;
  const actions = actionsOf(node);
  const changing = actions.find(({ kind }) => kind === 'transformation' || kind === 'schema');
  if (changing || 'fallback' in node) throw new Unbounded(`${at} is changed by its schema: let the hook give it as it is to be`);
  const size = sizes[type];
  if (!size) throw new Unbounded(`${at} is of a kind without a known length (${type}): take texts, numbers, booleans, lists and objects`);
  return size(node, actions, at);
}

/** The actions of a value's pipe after its type was checked, nested pipes included. */
function actionsOf({ pipe: [first, ...rest] = [] }: Node): readonly Node[] {
  return first ? [...actionsOf(first), ...rest] : [];
}

type Size = (node: Node, actions: readonly Node[], at: string) => number;

const orNull: Size = ({ wrapped }, _, at) => Math.max(4, bound(wrapped as Node, at));
const ofOptions: Size = ({ options = [] }, _, at) => Math.max(...options.map((option) => bound(option as Node, at)));
const oneOfValues: Size = ({ options = [] }) => Math.max(...options.map(written));
const allEntries: Size = ({ entries = {} }, _, at) =>
  listed(Object.entries(entries).map(([key, entry]) => written(key) + 1 + bound(entry, `${at}.${key}`)));

const sizes: Readonly<Record<string, Size>> = {
  string: (_, actions, at) => textBound(actions, at),
  number: (_, actions) => numberBound(actions),
  boolean: () => 5,
  null: () => 4,
  literal: ({ literal }) => written(literal),
  picklist: oneOfValues,
  enum: oneOfValues,
  array: ({ item }, actions, at) => {
    const most = limit(actions, 'max_length', 'length');
    if (most === undefined) throw new Unbounded(`${at} is a list of any length: give it a v.maxLength(…)`);
    return 2 + most * (bound(item as Node, `${at}[]`) + 1);
  },
  tuple: ({ items = [] }, _, at) => listed(items.map((item, index) => bound(item, `${at}[${index}]`))),
  object: allEntries,
  strict_object: allEntries,
  nullable: orNull,
  nullish: orNull,
  optional: orNull,
  exact_optional: orNull,
  undefinedable: orNull,
  union: ofOptions,
  variant: ofOptions,
};

/** The bytes of brackets, parts and commas. */
const listed = (parts: readonly number[]) => 2 + parts.reduce((sum, part) => sum + part, 0) + Math.max(0, parts.length - 1);
const written = (value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? 'null');

/** A UTF-16 unit needs at most three bytes of UTF-8, but six if JSON escapes it (controls, lone surrogates). */
function textBound(actions: readonly Node[], at: string): number {
  const units = limit(actions, 'max_length', 'length') ?? limit(actions, 'max_bytes', 'bytes');
  if (units === undefined) throw new Unbounded(`${at} is a text of any length: give it a v.maxLength(…)`);
  const isPrintable = actions.some(({ type, requirement }) => type === 'regex' && requirement === printable);
  return 2 + units * (isPrintable ? 3 : 6);
}

/** A double has at most 25 characters, such as -0.0000012345678901234567; a safe integer has 17. */
function numberBound(actions: readonly Node[]): number {
  if (!actions.some(({ type }) => type === 'integer' || type === 'safe_integer')) return 25;
  const [least, most] = [limit(actions, 'min_value'), limit(actions, 'max_value')];
  const isNarrow = Number.isSafeInteger(least) && Number.isSafeInteger(most);
  if (isNarrow) return Math.max(written(least), written(most));
  return actions.some(({ type }) => type === 'safe_integer') ? 17 : 25;
}

function limit(actions: readonly Node[], ...types: readonly string[]): number | undefined {
  const limits = actions.filter(({ type, requirement }) => types.includes(type) && typeof requirement === 'number');
  return limits[0] && Number(limits[0].requirement);
}
