import type { GenericSchema } from 'valibot';
import type { Settings } from '#lib/settings/catalogue.ts';
import { isOneSlipApart, SettingsError } from '#lib/settings/parse.ts';
import { sizeErrors } from '#lib/tokens/token-size.ts';
import { claimNames, takenNames } from '#lib/tokens/wire-claims.ts';
import type { Hooks } from './hooks.ts';
import { Unbounded } from './json-bound.ts';

type Hook = keyof Hooks;

/** Every hook. For a hook that adds fields, the names that our own answer already has. */
const known: Readonly<Record<Hook, readonly string[] | undefined>> = {
  CLAIMS: [],
  LOGIN_ANSWER: ['access_token', 'refresh_token', 'token_type', 'expires_in', 'user_id', 'username', 'email', 'device'],
  TOKEN_OBTAIN_SERIALIZER: ['access', 'refresh', 'expires_in', 'device'],
  TOKEN_REFRESH_SERIALIZER: ['access', 'refresh', 'expires_in'],
  TOKEN_VERIFY_SERIALIZER: [],
  TOKEN_BLACKLIST_SERIALIZER: [],
  SLIDING_TOKEN_OBTAIN_SERIALIZER: ['token', 'device'],
  SLIDING_TOKEN_REFRESH_SERIALIZER: ['token'],
  USER_AUTHENTICATION_RULE: undefined,
  ON_LOGIN_SUCCESS: undefined,
  ON_LOGIN_FAILED: undefined,
};

/** The names of the hooks in hooks.ts; some of them are settings in simplejwt. */
export const hookNames: readonly string[] = Object.keys(known);

/**
 * The errors in a project's hooks on a stage, each with what to do instead. If there are none, the errors in the size
 * of the longest token.
 */
export function hookErrors(settings: Settings, hooks: Hooks): string[] {
  const unknown = Object.keys(hooks).filter((name) => !Object.hasOwn(known, name));
  const errors = [
    ...unknown.map((name) => unknownHook(name)),
    ...(Object.keys(known) as Hook[]).filter((name) => hooks[name] !== undefined).flatMap((name) => shapeErrors(name, hooks, settings)),
  ];
  return errors.length > 0 ? errors : tokenErrors(settings, hooks.CLAIMS?.schema);
}

/** Throws SettingsError if the hooks cannot be used on this stage, or if hooks.ts does not export `hooks`. */
export function refuseUnsoundHooks(settings: Settings, hooks: Hooks | undefined): void {
  const errors = hooks
    ? hookErrors(settings, hooks)
    : ['hooks.ts has to export hooks: `export const hooks: Hooks = {};` where there are none'];
  if (errors.length > 0) throw new SettingsError(errors);
}

function unknownHook(name: string): string {
  const meant = Object.keys(known).find((hook) => isOneSlipApart(name, hook));
  return `${name} in hooks.ts is no hook${meant ? `; did you mean ${meant}?` : `: there are ${hookNames.join(', ')}`}`;
}

function shapeErrors(name: Hook, hooks: Hooks, settings: Settings): string[] {
  const hook = hooks[name];
  const ours = known[name];
  if (ours === undefined) return typeof hook === 'function' ? [] : [`${name} in hooks.ts has to be a function`];
  const entries = typeof hook === 'object' && typeof hook.values === 'function' ? hook.schema?.entries : undefined;
  if (!entries) return [`${name} in hooks.ts has to be made with fields({ … }, …)`];
  const taken = name === 'CLAIMS' ? takenNames(claimNames(settings)) : new Set(ours);
  return Object.keys(entries)
    .filter((field) => taken.has(field))
    .map((field) => `${name} in hooks.ts cannot have ${field}, which is Gatehouse's own: choose another name`);
}

function tokenErrors(settings: Settings, schema: GenericSchema | undefined): string[] {
  try {
    return sizeErrors(settings, schema);
  } catch (error) {
    if (error instanceof Unbounded) return [error.message];
    throw error;
  }
}
