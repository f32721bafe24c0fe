import { Problem, type ProblemCode, problems } from '#lib/problem.ts';
import { isPhrase, type Phrase } from '#lib/wording.ts';

/** The caller of a request, as the authorizer proved it. */
export type Caller = {
  /** The user's id. */
  readonly sub: string;
  /** The session that the token belongs to; undefined if it belongs to none. */
  readonly sid?: string | undefined;
  readonly jti: string;
  readonly roles: readonly string[];
  /** The user's `token_epoch` when the token was made; undefined if what proved the caller has no epoch. */
  readonly epoch?: number | undefined;
  /** When the proof expires, in seconds since 1970. */
  readonly exp: number;
  /** Whether a cookie proved it and not a header. Browsers send cookies by themselves. */
  readonly isByCookie?: boolean | undefined;
  /** Whether this request carried the password itself. */
  readonly isByPassword?: boolean | undefined;
};

/** The `exp` of a caller if the proof never expires: the last second of the year 9999. */
export const endless = 253_402_300_799;

/** Why the authorizer refused: the problem's code, its sentence, and in how many seconds to try again. */
export type Refusal = { readonly code: ProblemCode; readonly detail: Phrase; readonly retryAfterSeconds?: number | undefined };

type Context = Readonly<Record<string, unknown>>;

/**
 * The context that the authorizer hands to the endpoint. It is flat and all strings, because every format of API
 * Gateway passes that on unchanged.
 */
export function toContext(outcome: Caller | Refusal): Record<string, string> {
  if ('code' in outcome) {
    const { code, detail, retryAfterSeconds } = outcome;
    return { refused: code, detail, ...(retryAfterSeconds !== undefined && { retry_after: String(retryAfterSeconds) }) };
  }
  const { sub, sid = '', jti, roles, epoch, exp, isByCookie, isByPassword } = outcome;
  const born = epoch !== undefined && { epoch: String(epoch) };
  const by = isByPassword ? { by: 'password' } : isByCookie && { by: 'cookie' };
  return { sub, sid, jti, roles: JSON.stringify(roles), ...born, exp: String(exp), ...by };
}

/**
 * The caller of a locked route. Throws the authorizer's refusal as a Problem. Throws `not_authenticated` if the context
 * is missing or incomplete, and `token_not_valid` if it is past its `exp`, as a cached authorizer result can be.
 */
export function callerFrom(context: Context | undefined, now: Date): Caller {
  const field = (name: string) => {
    const value = context && Object.hasOwn(context, name) ? context[name] : undefined;
    return typeof value === 'string' ? value : '';
  };
  const refused = field('refused');
  if (refused) throw refusal(refused, field('detail'), Number(field('retry_after')));
  const [sub, sid, jti, exp] = [field('sub'), field('sid'), field('jti'), Number(field('exp'))];
  if (!sub || !jti || !Number.isSafeInteger(exp)) throw new Problem('not_authenticated', { reason: 'no caller' });
  if (exp * 1000 <= now.getTime()) throw new Problem('token_not_valid', { detail: 'token_expired' });
  const born = field('epoch') ? { epoch: Number(field('epoch')) } : {};
  const [isByCookie, isByPassword] = [field('by') === 'cookie', field('by') === 'password'];
  const by = { ...(isByCookie && { isByCookie }), ...(isByPassword && { isByPassword }) };
  return { sub, sid: sid || undefined, jti, roles: rolesIn(field('roles')), ...born, exp, ...by };
}

function refusal(code: string, detail: string, seconds: number): Problem {
  if (!isRefusal(code)) return new Problem('not_authenticated', { reason: 'unknown refusal' });
  const isOurs = code === 'unavailable' || code === 'internal_error';
  if (isOurs) return new Problem(code, { retryAfterSeconds: 2, reason: 'the authorizer could not find out' });
  const words = isPhrase(detail) ? { detail } : {};
  return new Problem(code, seconds > 0 ? { ...words, retryAfterSeconds: seconds, values: { seconds } } : words);
}

function rolesIn(text: string): string[] {
  const parsed: unknown = text ? JSON.parse(text) : [];
  return Array.isArray(parsed) ? parsed.map(String) : [];
}

/** Whether an authorizer may refuse with this code: a 401, `csrf_failed`, `throttled`, or a failure of its own. */
function isRefusal(code: string): code is ProblemCode {
  return code === 'csrf_failed' || (Object.hasOwn(problems, code) && [401, 429, 500, 503].includes(problems[code as ProblemCode].status));
}
