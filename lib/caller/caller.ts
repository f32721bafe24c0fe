import { Problem, type ProblemCode, problems } from '#lib/problem.ts';
import { isPhrase, type Phrase } from '#lib/wording.ts';

/** Who is calling, as the authorizer proved it. */
export type Caller = {
  /** The user's id. */
  readonly sub: string;
  /** The session the token belongs to; undefined where it belongs to none. */
  readonly sid?: string | undefined;
  readonly jti: string;
  readonly roles: readonly string[];
  /** The user's token epoch that the token was born in; undefined where what they proved themselves with knows none. */
  readonly epoch?: number | undefined;
  /** When the token is no longer taken, in seconds since 1970. */
  readonly exp: number;
  /** Whether a cookie proved it, and no header: something the browser sends by itself. */
  readonly isByCookie?: boolean | undefined;
  /** Whether the password itself proved it, in this request. */
  readonly isByPassword?: boolean | undefined;
};

/** The `exp` of a caller whose proof has no end of its own: the last second of the year 9999. */
export const endless = 253_402_300_799;

/** Why the authorizer let nobody in: the code of the problem, the sentence that goes with it, and when trying again makes sense. */
export type Refusal = { readonly code: ProblemCode; readonly detail: Phrase; readonly retryAfterSeconds?: number | undefined };

type Context = Readonly<Record<string, unknown>>;

/**
 * What the authorizer hands to the endpoint. It is flat and made of texts, because that survives every way API Gateway has
 * of passing a context on.
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
 * The caller of a locked route, or the refusal as a Problem. Fails closed: a context that is missing, incomplete or past its
 * `exp` (a cached authorizer result can be) is nobody.
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

/** What an authorizer can say: a 401, that a request was forged, that it was asked too often, or that it could not find out. */
function isRefusal(code: string): code is ProblemCode {
  return code === 'csrf_failed' || (Object.hasOwn(problems, code) && [401, 429, 500, 503].includes(problems[code as ProblemCode].status));
}
