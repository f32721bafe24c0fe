import { hookNames } from '#lib/hooks/check-hooks.ts';
import { catalogue } from '#lib/settings/catalogue.ts';
import { adviceOnRetired, isOneSlipApart } from '#lib/settings/parse.ts';
import { containers, renamed, withoutCounterpart } from './settings-of-django.ts';

/** The settings that a stage may choose. The others name resources; packaging fills them in. */
export const chosenNames: readonly string[] = Object.entries(catalogue).flatMap(([name, setting]) => ('default' in setting ? [name] : []));

/** Settings of simplejwt without a counterpart: claims are JSON, and a caller is not an object of Django. */
const withoutUse = ['JSON_ENCODER', 'TOKEN_USER_CLASS'];

/** First words that the variables of other programs have too, such as `API_KEY`, `SESSION_MANAGER` or `SMTP_HOST`. */
const sharedWords = new Set(
  'ACCESS API AUDIT AUTH CHANGE CHECK CODE CORS DEFAULT DJANGO EMAIL KEY KNOWN LOGIN MESSAGE PASSWORD PUBLIC REGISTER REQUEST RESET SESSION SIGNING SMS SMTP TOKEN UPDATE USER'.split(
    ' ',
  ),
);

/** Why a name cannot stand in `stages.yml`, with the right one beside it; empty if it is a setting. */
export function unknownName(name: string): string[] {
  if (chosenNames.includes(name)) return [];
  if (hookNames.includes(name)) return [`${name} is not a setting: write it as a function in project/hooks.ts (docs/customising.md)`];
  if (containers.includes(name)) return [`${name} is not a setting: write its entries as settings of their own`];
  if (withoutUse.includes(name)) return [`${name} of simplejwt has no use here: remove it`];
  const advice = adviceOnRetired(name);
  if (advice) return [advice];
  const meant = nearest(name);
  return [`${name} is not a known setting${meant ? `. Did you mean ${meant}?` : ''}`];
}

/**
 * Why names in an environment stop the start. An environment is full of names of other programs, so a name is refused
 * only if it can be meant for Gatehouse: it is a setting of Django's packages, or it begins like a setting. Names one
 * slip away from a setting, and settings of earlier releases, are left to `parseSettings`.
 */
export function meantForUs(environment: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(environment)
    .filter((name) => !Object.hasOwn(catalogue, name) && !isSlip(name) && !adviceOnRetired(name) && isMeant(name))
    .flatMap(unknownName);
}

const isMeant = (name: string) => isOfDjango(name) || alike(name) !== undefined || isOurFirstWord(name);

const isOfDjango = (name: string) =>
  [...containers, ...hookNames, ...withoutUse].includes(name) || Object.hasOwn(renamed, name) || withoutCounterpart.has(name);

const isSlip = (name: string) => name.length > 5 && Object.keys(catalogue).some((known) => isOneSlipApart(name, known));

const wordsOf = (name: string) => name.split('_');

/** Whether the first of several words is one with which only our settings begin, such as `REVOCATION` or `CAPTCHA`. */
function isOurFirstWord(name: string): boolean {
  const [first = '', ...rest] = wordsOf(name);
  return rest.length > 0 && !sharedWords.has(first) && chosenNames.some((known) => wordsOf(known)[0] === first);
}

/** The setting with the same first and last word and all words of the shorter name, or else the first two words. */
function alike(name: string): string | undefined {
  const words = wordsOf(name);
  if (words.length < 2) return undefined;
  const kin = chosenNames.map(wordsOf).filter((ours) => ours.length > 1 && ours[0] === words[0]);
  const found =
    kin.find((ours) => ours.at(-1) === words.at(-1) && isWithin(words, ours)) ??
    kin.find((ours) => words.length > 2 && ours.length > 2 && ours[1] === words[1]);
  return found?.join('_');
}

/** Whether the longer list has every word of the shorter one. */
const isWithin = (one: readonly string[], other: readonly string[]) =>
  one.length < other.length ? one.every((word) => other.includes(word)) : other.every((word) => one.includes(word));

/** The setting that was probably meant. */
function nearest(name: string): string | undefined {
  if (Object.hasOwn(renamed, name)) return renamed[name];
  if (withoutCounterpart.has(name)) return undefined;
  const byFirst = (known: string) => wordsOf(name).length > 1 && wordsOf(known)[0] === wordsOf(name)[0];
  return chosenNames.find((known) => isOneSlipApart(name, known)) ?? alike(name) ?? chosenNames.find(byFirst);
}
