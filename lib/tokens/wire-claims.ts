import { type ClaimNameSettings, registeredClaims } from '#lib/claim-names.ts';
import type { ClaimNames, Claims } from './token.ts';

/** The names of claims unless the settings say otherwise. */
export const usualNames: ClaimNames = {
  type: 'token_type',
  jti: 'jti',
  user: 'user_id',
  epoch: 'epoch',
  refreshExp: 'refresh_exp',
  userField: 'id',
};

/** The names of claims from the settings. */
export function claimNames(settings: ClaimNameSettings): ClaimNames {
  return {
    type: settings.TOKEN_TYPE_CLAIM,
    jti: settings.JTI_CLAIM,
    user: settings.USER_ID_CLAIM,
    epoch: settings.REVOKE_TOKEN_CLAIM,
    refreshExp: settings.SLIDING_TOKEN_REFRESH_EXP_CLAIM,
    userField: settings.USER_ID_FIELD,
  };
}

/**
 * The claims of a token as they are written, in simplejwt's order. If USER_ID_CLAIM holds another field than the id,
 * `sub` holds the id (RFC 7519 §4.1.2): names change hands, so users are looked up by id.
 */
export function toPayload(claims: Claims, names: ClaimNames): Record<string, unknown> {
  const { token_type, exp, iat, jti, refresh_exp, user_id, known_as, sid, epoch, generation, roles, ability } = claims;
  return {
    [names.type]: token_type,
    exp,
    iat,
    [names.jti]: jti,
    ...(refresh_exp !== undefined && { [names.refreshExp]: refresh_exp }),
    [names.user]: names.userField === 'id' ? user_id : known_as,
    ...(names.userField !== 'id' && { sub: user_id }),
    sid,
    [names.epoch]: epoch,
    ...(generation !== undefined && { generation }),
    ...(roles && { roles }),
    ...(ability && { ability }),
  };
}

/** The claims of a payload under our own names, unchecked. Only own properties count, never inherited ones. */
export function fromPayload(payload: object, names: ClaimNames): { readonly [Name in keyof Claims]?: unknown } {
  const named = (name: string) => (Object.hasOwn(payload, name) ? (payload as Record<string, unknown>)[name] : undefined);
  const generation = named('generation');
  const roles = named('roles');
  const refresh_exp = named(names.refreshExp);
  return {
    token_type: named(names.type),
    exp: named('exp'),
    iat: named('iat'),
    jti: named(names.jti),
    ...(refresh_exp !== undefined && { refresh_exp }),
    user_id: named(names.userField === 'id' ? names.user : 'sub'),
    ...(names.userField !== 'id' && { known_as: named(names.user) }),
    sid: named('sid'),
    epoch: named(names.epoch),
    ...(generation !== undefined && { generation }),
    ...(roles !== undefined && { roles }),
  };
}

/** The claims that an access token of this stage has, beside `iss` and `aud`. */
export function claimsWritten(names: ClaimNames): string[] {
  const { type, jti, user, epoch, userField } = names;
  return ['exp', 'iat', jti, user, ...(userField === 'id' ? [] : ['sub']), 'sid', epoch, type, 'roles', 'ability'];
}

/** Names that a project's own claim cannot have: ours, those of the RFCs, and `__proto__`. */
export function takenNames(names: ClaimNames): ReadonlySet<string> {
  return new Set([...registeredClaims, ...claimsWritten(names), names.refreshExp, '__proto__']);
}

/** The audiences in a comma-separated text. */
export function audiences(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
}
