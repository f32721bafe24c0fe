import { catalogue, type Settings } from '#lib/settings/catalogue.ts';
import { parseSettings, SettingsError } from '#lib/settings/parse.ts';
import type { StageLimits } from './limits.ts';
import { chosenNames, meantForUs, unknownName } from './unknown-settings.ts';

/** Whether a stage is the preview of a pull request, such as `pr-123`. */
export const isPreview = (stage: string): boolean => /^pr-[1-9]\d{0,8}$/.test(stage);

type Environment = Readonly<Record<string, string | undefined>>;
type Stage = {
  readonly keepData?: unknown;
  readonly logRetentionDays?: unknown;
  readonly alarmEmail?: unknown;
  readonly requestsPerSecond?: unknown;
  readonly reservedConcurrency?: unknown;
  readonly signInFailures?: unknown;
  readonly permissionsBoundary?: unknown;
  readonly settings?: Readonly<Record<string, unknown>> | null;
};

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
  const errors = [
    ...shapeErrors(stage),
    ...Object.keys(texts).flatMap(unknownName),
    ...meantForUs(environment),
    ...valueErrors(stage.settings ?? {}),
  ];
  const known = { ...environment, ...places, ...chosenFrom(texts), STAGE: stageName };
  const settings = parsed(known, errors);
  if (!settings || errors.length > 0) {
    throw new Error(`The settings of the stage ${stageName} are not usable:\n${errors.map((error) => `  - ${error}`).join('\n')}`);
  }
  const { requestsPerSecond, reservedConcurrency } = stage;
  const limits = { requestsPerSecond, reservedConcurrency } as StageLimits;
  const entry = {
    keepData: stage.keepData as boolean,
    logRetentionDays: stage.logRetentionDays as number,
    signInFailures: (stage.signInFailures ?? 100) as number,
    permissionsBoundary: stage.permissionsBoundary === true,
  };
  return { texts, settings, alarmEmail: stage.alarmEmail as string | undefined, limits, ...entry };
}

/**
 * The entry of a stage in `stages.yml`. A preview, `pr-` and the number of its pull request, has the entry of `dev` and
 * keeps no data.
 */
function stageCalled(name: string, stages: unknown): Stage {
  const known = Object(stages) as Record<string, Stage>;
  if (Object.hasOwn(known, name)) return Object(known[name]);
  if (isPreview(name) && Object.hasOwn(known, 'dev')) return { ...Object(known['dev']), keepData: false };
  throw new Error(`There is no stage ${JSON.stringify(name)} in stages.yml: it has ${Object.keys(known).join(', ')}`);
}

function shapeErrors(stage: Stage): string[] {
  const { keepData, logRetentionDays, alarmEmail, requestsPerSecond, reservedConcurrency, signInFailures = 100 } = stage;
  const { permissionsBoundary = false } = stage;
  return [
    ...(typeof keepData === 'boolean' ? [] : ['keepData has to be true or false']),
    ...(Number.isInteger(logRetentionDays) ? [] : ['logRetentionDays has to be a number of days']),
    ...(Number.isInteger(signInFailures) && Number(signInFailures) > 0 ? [] : ['signInFailures has to be a number from 1 on']),
    ...(alarmEmail === undefined || isAddress(alarmEmail) ? [] : ['alarmEmail has to be an e-mail address']),
    ...(typeof permissionsBoundary === 'boolean' ? [] : ['permissionsBoundary has to be true or false']),
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
