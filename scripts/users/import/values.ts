import { withoutBidi } from '#lib/bidi.ts';
import { type Complaint, type Fields, isFields, own } from './row.ts';
import type { Rules } from './rules.ts';

/** The words for yes and no in databases and forms. */
const words = new Map<string, boolean>([
  ...['true', 't', 'yes', 'y', '1', 'on'].map((word) => [word, true] as const),
  ...['false', 'f', 'no', 'n', '0', 'off'].map((word) => [word, false] as const),
]);

/** Reads the fields of a row by our names. A value of the wrong kind is reported, and undefined. */
export function valuesOf(fields: Fields, { names }: Pick<Rules, 'names'>) {
  const complaints: Complaint[] = [];
  const complain = (field: string, reason: string) => {
    complaints.push({ field, reason });
    return undefined;
  };

  /** Undefined if the field is missing, null or empty, which CSV cannot tell apart. */
  const raw = (field: string): unknown => {
    const value = own(fields, names.get(field) ?? field);
    return value === null || value === '' ? undefined : value;
  };

  const text = (field: string): string | undefined => {
    const value = raw(field);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
    return typeof value === 'string' && value.isWellFormed() ? value : complain(field, 'is no text');
  };

  return {
    complaints,
    complain,
    raw,
    text,
    line(field: string, most: number): string | undefined {
      const value = withoutBidi(text(field) ?? '').trim();
      if (value === '') return undefined;
      if (/\p{Cc}/u.test(value)) return complain(field, 'has control characters');
      return [...value].length > most ? complain(field, `is longer than ${most} characters`) : value;
    },
    toggle(field: string, otherwise: boolean): boolean {
      const value = raw(field);
      if (value === undefined) return otherwise;
      const said = typeof value === 'boolean' ? value : words.get(String(value).trim().toLowerCase());
      return said ?? complain(field, 'is neither true nor false') ?? otherwise;
    },
    instant(field: string): Date | undefined {
      const value = raw(field);
      if (value === undefined) return undefined;
      return instantIn(value) ?? complain(field, 'is no instant such as 2026-01-31T12:00:00Z');
    },
    /** A list of JSON, or in CSV its texts separated by semicolons. */
    list(field: string): readonly unknown[] {
      const value = raw(field);
      if (value === undefined) return [];
      if (Array.isArray(value)) return value;
      if (typeof value !== 'string') return complain(field, 'is no list') ?? [];
      return value.split(';').flatMap((each) => each.trim() || []);
    },
    /** The value of an attribute: under `attributes.nickname`, or in an object of attributes. */
    attribute(name: string): unknown {
      const direct = raw(`attributes.${name}`);
      const inner = own(fields, 'attributes');
      return direct ?? (isFields(inner) ? (own(inner, name) ?? undefined) : undefined);
    },
  };
}

export type Values = ReturnType<typeof valuesOf>;

/**
 * Without a zone it is UTC, as Django writes it without USE_TZ on a server in UTC. A number is in seconds, as on AWS.
 */
function instantIn(value: unknown): Date | undefined {
  if (typeof value === 'number') return sane(new Date(value * 1000));
  const [, day, time = '00:00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?))?(Z|[+-]\d\d(?::?\d\d)?)?$/.exec(String(value).trim()) ?? [];
  if (day === undefined) return undefined;
  const offset = /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  return sane(new Date(`${day}T${time}${offset}`));
}

const sane = (date: Date): Date | undefined =>
  date.getTime() >= Date.UTC(1900) && date.getTime() < Date.UTC(10_000, 0) ? date : undefined;
