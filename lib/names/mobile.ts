import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/mobile';

/**
 * A mobile number in E.164 (`+8613800138000`) from what a person typed: international with `+` or `00`, or national as in
 * `region` (ISO 3166). Undefined where it is no mobile number of its country's plan.
 */
export function mobileNumber(typed: string, region: string): string | undefined {
  const text = typed.trim().normalize('NFKC').replace(/^00/, '+');
  if (text.length > 40 || !/^\+?[\d\s().-]+$/.test(text) || !isSupportedCountry(region)) return undefined;
  const parsed = parsePhoneNumberFromString(text, { defaultCountry: region as CountryCode, extract: false });
  return parsed?.isValid() && !parsed.ext ? parsed.number : undefined;
}

/** The country (ISO 3166) whose plan a number in E.164 is of; undefined where it is no mobile number. */
export function mobileCountry(number: string): string | undefined {
  const parsed = parsePhoneNumberFromString(number, { extract: false });
  return parsed?.isValid() ? parsed.country : undefined;
}
