import { catalogue, type Setting, type SettingName, type Settings } from './catalogue.ts';
import { contradictions } from './rules.ts';

/** Stops the start. Its message lists every error with what to write instead. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  constructor(errors: readonly string[]) {
    super(`The settings are not usable:\n${errors.map((error) => `  - ${error}`).join('\n')}`);
  }
}

type Given = Readonly<Record<string, string | undefined>>;

/** Reads all settings from a map of texts. Throws one SettingsError that lists every error. */
export function parseSettings(given: Given): Settings {
  const errors = [...misspellings(given), ...retired(given)];
  const entries = Object.entries<Setting<unknown>>(catalogue).map(([name, { kind, default: fallback }]) => {
    const written = given[name] ?? fallback;
    if (written === undefined) {
      errors.push(`${name} is missing`);
      return [name, undefined];
    }
    const value = kind.read(written);
    if (value === undefined) errors.push(`${name} is ${JSON.stringify(written)}, but has to be ${kind.expected}`);
    return [name, value];
  });
  if (errors.length > 0) throw new SettingsError(errors);
  const settings = Object.fromEntries(entries) as Settings;
  errors.push(...contradictions(settings));
  if (errors.length > 0) throw new SettingsError(errors);
  return settings;
}

/**
 * Names that differ from a setting by one slip. The environment has many names of other programs, so here only a similar name
 * is an error. `npm start` and packaging refuse more (`plugins/unknown-settings.ts`).
 */
function misspellings(given: Given): string[] {
  const names = Object.keys(catalogue);
  return Object.keys(given)
    .filter((name) => !Object.hasOwn(catalogue, name) && name.length > 5)
    .flatMap((name) => {
      const meant = names.find((known) => isOneSlipApart(name, known));
      return meant ? [`${name} is not a known setting. Did you mean ${meant}?`] : [];
    });
}

/** Settings of earlier releases, and what replaced each. */
const replacements: Readonly<Record<string, string>> = {
  CODE_DAILY_BUDGET: 'set CODE_EMAIL_BUDGET and CODE_SMS_BUDGET, each the maximum of its channel',
};

/** What to do about a name that is no longer a setting; undefined for every other name. */
export function adviceOnRetired(name: string): string | undefined {
  return Object.hasOwn(replacements, name) ? `${name} is no longer a setting: ${replacements[name]}` : undefined;
}

function retired(given: Given): string[] {
  return Object.keys(given).flatMap((name) => adviceOnRetired(name) ?? []);
}

/** Whether two names differ by one letter added, missing or replaced, by two swapped letters, or by case. */
export function isOneSlipApart(one: string, other: string): boolean {
  const [a, b] = one.length <= other.length ? [one.toUpperCase(), other.toUpperCase()] : [other.toUpperCase(), one.toUpperCase()];
  if (b.length - a.length > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const rest = { a: a.slice(start), b: b.slice(start) };
  if (a.length < b.length) return rest.a === rest.b.slice(1);
  const isSwap = rest.a.slice(2) === rest.b.slice(2) && rest.a[0] === rest.b[1] && rest.a[1] === rest.b[0];
  return rest.a.slice(1) === rest.b.slice(1) || isSwap;
}

/** The environment of this process. The only place in `lib` and `functions` that reads it. */
const environment = (): Given => process.env;

/** The settings of this process. */
export function readSettings(): Settings {
  return parseSettings(environment());
}

/**
 * One setting, for code that runs in every function and is given no settings. Its default if the written value is
 * invalid: the function has refused to start then.
 */
export function readSetting<Name extends SettingName>(settingName: Name): Settings[Name] {
  const { kind, default: fallback = '' }: Setting<unknown> = catalogue[settingName];
  return (kind.read(environment()[settingName] ?? fallback) ?? kind.read(fallback)) as Settings[Name];
}
