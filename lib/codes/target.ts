import { emailKey } from '#lib/names/email.ts';
import { mobileCountry, mobileNumber } from '#lib/names/mobile.ts';
import { type FieldError, Problem } from '#lib/problem.ts';
import type { CodeChannel, CodeTarget } from './code.ts';

export type TargetRules = {
  /** Whose national numbers are understood. */
  readonly region: string;
  /** Where SMS are sent to, by country (ISO 3166). */
  readonly countries: readonly string[];
};

/**
 * The one address a code may be sent to, from what was typed; throws `validation_failed` for the field. A number has to be a mobile one, of a
 * country of the list: premium and shared-cost numbers are none of a country's mobile plan, and are refused with the rest.
 */
export function readTarget(channel: CodeChannel, typed: string, rules: TargetRules, field = 'to'): CodeTarget {
  if (channel === 'email') {
    const value = emailKey(typed);
    if (value === undefined) throw wrong(field, { phrase: 'invalid_email' });
    return { kind: 'email', value };
  }
  const value = mobileNumber(typed, rules.region);
  if (value === undefined) throw wrong(field, { phrase: 'invalid_mobile' });
  if (!isServed(value, rules)) throw wrong(field, { phrase: 'country_not_served' });
  return { kind: 'mobile', value };
}

/** Whether SMS are sent to a number; an empty list is the region's country alone. */
export function isServed(number: string, { region, countries }: TargetRules): boolean {
  const country = mobileCountry(number);
  return country !== undefined && (countries.length > 0 ? countries : [region]).includes(country);
}

const wrong = (field: string, error: FieldError) => new Problem('validation_failed', { errors: { [field]: [error] } });
