import { hookNames } from '#lib/hooks/check-hooks.ts';
import { catalogue, type Settings } from '#lib/settings/catalogue.ts';
import { adviceOnRetired, isOneSlipApart, parseSettings, SettingsError } from '#lib/settings/parse.ts';
import type { StageLimits } from './limits.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Stage = {
  readonly keepData?: unknown;
  readonly logRetentionDays?: unknown;
  readonly alarmEmail?: unknown;
  readonly requestsPerSecond?: unknown;
  readonly reservedConcurrency?: unknown;
  readonly signInFailures?: unknown;
  readonly settings?: Readonly<Record<string, unknown>> | null;
};

/** The settings that a stage may choose. The others name resources; packaging fills them in. */
const chosenNames: readonly string[] = Object.entries(catalogue).flatMap(([name, setting]) => ('default' in setting ? [name] : []));

/** Settings of simplejwt without a counterpart: claims are JSON, and a caller is not an object of Django. */
const withoutUse = ['JSON_ENCODER', 'TOKEN_USER_CLASS'];

const places = Object.fromEntries(
  Object.keys(catalogue).flatMap((name) => (chosenNames.includes(name) ? [] : [[name, 'as-the-template-has-it']])),
);

/**
 * The settings of a stage in `stages.yml`, as the environment of its functions and as values, with the address that
 * gets its alarms. `environment` takes precedence over the file. Throws one error that lists every fault and its remedy.
 */
export function readStageSettings(stages: unknown, stageName: string, environment: Environment = {}) {
  const stage = stageCalled(stageName, stages);
  const texts = { ...asTexts(stage.settings ?? {}), ...chosenFrom(environment) };
  const errors = [...shapeErrors(stage), ...Object.keys(texts).flatMap(unknownName), ...valueErrors(stage.settings ?? {})];
  const known = { ...environment, ...places, ...chosenFrom(texts), STAGE: stageName };
  const settings = parsed(known, errors);
  if (!settings || errors.length > 0) {
    throw new Error(`The settings of the stage ${stageName} are not usable:\n${errors.map((error) => `  - ${error}`).join('\n')}`);
  }
  const { requestsPerSecond, reservedConcurrency } = stage;
  const limits = { requestsPerSecond, reservedConcurrency } as StageLimits;
  return { texts, settings, alarmEmail: stage.alarmEmail as string | undefined, limits };
}

function stageCalled(name: string, stages: unknown): Stage {
  const known = Object(stages) as Record<string, Stage>;
  if (Object.hasOwn(known, name)) return Object(known[name]);
  throw new Error(`There is no stage ${JSON.stringify(name)} in stages.yml: it has ${Object.keys(known).join(', ')}`);
}

function shapeErrors(stage: Stage): string[] {
  const { keepData, logRetentionDays, alarmEmail, requestsPerSecond, reservedConcurrency, signInFailures = 100 } = stage;
  return [
    ...(typeof keepData === 'boolean' ? [] : ['keepData has to be true or false']),
    ...(Number.isInteger(logRetentionDays) ? [] : ['logRetentionDays has to be a number of days']),
    ...(Number.isInteger(signInFailures) && Number(signInFailures) > 0 ? [] : ['signInFailures has to be a number from 1 on']),
    ...(alarmEmail === undefined || isAddress(alarmEmail) ? [] : ['alarmEmail has to be an e-mail address']),
    ...(isCount(requestsPerSecond) ? [] : ['requestsPerSecond has to be a whole number above zero']),
    ...(isCount(reservedConcurrency) ? [] : ['reservedConcurrency has to be a whole number above zero']),
  ];
}

const isCount = (value: unknown) => value === undefined || (Number.isInteger(value) && Number(value) > 0);
const isAddress = (value: unknown) => typeof value === 'string' && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);

function asTexts(settings: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]),
  );
}

/** A line of YAML that ends after the name is `null`, which would become the text "null". */
function valueErrors(settings: Readonly<Record<string, unknown>>): string[] {
  const isPlain = (value: unknown) => typeof value !== 'object' || value === undefined;
  return Object.entries(settings).flatMap(([name, value]) => {
    if (!chosenNames.includes(name) || isPlain(value) || (Array.isArray(value) && value.every(isPlain))) return [];
    return [`${name} has to be one value or a list of values; remove the line to use the default`];
  });
}

function chosenFrom(environment: Environment): Record<string, string> {
  return Object.fromEntries(chosenNames.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])));
}

function unknownName(name: string): string[] {
  if (chosenNames.includes(name)) return [];
  if (hookNames.includes(name)) return [`${name} is not a setting: write it as a function in project/hooks.ts (docs/customising.md)`];
  if (name === 'SIMPLE_JWT') return ['SIMPLE_JWT is not a setting: write its entries as settings of their own'];
  if (withoutUse.includes(name)) return [`${name} of simplejwt has no use here: remove it`];
  const advice = adviceOnRetired(name);
  if (advice) return [advice];
  const meant = chosenNames.find((known) => isOneSlipApart(name, known));
  return [`${name} is not a known setting${meant ? `. Did you mean ${meant}?` : ''}`];
}

/** Parses, and adds the faults to `errors`. */
function parsed(given: Environment, errors: string[]): Settings | undefined {
  try {
    return parseSettings(given);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    errors.push(...error.message.split('\n  - ').slice(1));
    return undefined;
  }
}
