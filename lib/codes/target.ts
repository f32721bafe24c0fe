import { emailKey, wrongEmail } from '#lib/names/email.ts';
import { mobileCountry, mobileNumber } from '#lib/names/mobile.ts';
import { type FieldError, Problem } from '#lib/problem.ts';
import type { CodeChannel, CodeTarget } from './code.ts';

/** The rules for targets of codes. */
export type TargetRules = {
  /** The country whose national numbers are understood. */
  readonly region: string;
  /** The countries that SMS are sent to (ISO 3166). */
  readonly countries: readonly string[];
};

/**
 * The target of a code, from what was entered. Throws `validation_failed` for the field. A number must be a mobile
 * number of a listed country; premium and shared-cost numbers are not mobile numbers and are refused.
 */
export function readTarget(channel: CodeChannel, typed: string, rules: TargetRules, field = 'to'): CodeTarget {
  if (channel === 'email') {
    const value = emailKey(typed);
    if (value === undefined) throw wrong(field, { phrase: wrongEmail(typed) });
    return { kind: 'email', value };
  }
  const value = mobileNumber(typed, rules.region);
  if (value === undefined) throw wrong(field, { phrase: 'invalid_mobile' });
  if (!isServed(value, rules)) throw wrong(field, { phrase: 'country_not_served' });
  return { kind: 'mobile', value };
}

/** Whether SMS are sent to a number. An empty list means the region's own country. */
export function isServed(number: string, { region, countries }: TargetRules): boolean {
  const country = mobileCountry(number);
  return country !== undefined && (countries.length > 0 ? countries : [region]).includes(country);
}

const wrong = (field: string, error: FieldError) => new Problem('validation_failed', { errors: { [field]: [error] } });
