import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/mobile';
import { cleanedDigits } from './pasted.ts';

/**
 * Reads a mobile number as E.164 (`+8613800138000`): international with `+` or `00`, or national in `region` (ISO
 * 3166). Undefined if the numbering plan of its country has no such mobile number.
 */
export function mobileNumber(typed: string, region: string): string | undefined {
  const text = cleanedDigits(typed).replace(/^00/, '+');
  if (text.length > 40 || !/^\+?[\d\s().-]+$/.test(text) || !isSupportedCountry(region)) return undefined;
  const parsed = parsePhoneNumberFromString(text, { defaultCountry: region as CountryCode, extract: false });
  return parsed?.isValid() && !parsed.ext ? parsed.number : undefined;
}

/** The country (ISO 3166) of a mobile number in E.164; undefined if the number is invalid. */
export function mobileCountry(number: string): string | undefined {
  const parsed = parsePhoneNumberFromString(number, { extract: false });
  return parsed?.isValid() ? parsed.country : undefined;
}
