import { type ClaimNameSettings, registeredClaims } from '#lib/claim-names.ts';
import type { ClaimNames, Claims } from './token.ts';

/** The names that tokens have where a stage says nothing. */
export const usualNames: ClaimNames = {
  type: 'token_type',
  jti: 'jti',
  user: 'user_id',
  epoch: 'epoch',
  refreshExp: 'refresh_exp',
  userField: 'id',
};

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
 * The claims of a token as they are written, in the order of simplejwt. Where the user's claim carries another field than the id,
 * `sub` carries the id (RFC 7519 §4.1.2): names change hands, and we look people up by what does not.
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

/** What a payload says under our own names, unchecked; claims are own properties, never what every object has. */
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

/** Names that a claim of a project's own cannot have: ours, those of the RFCs, and what is no name of a property. */
export function takenNames(names: ClaimNames): ReadonlySet<string> {
  return new Set([...registeredClaims, ...claimsWritten(names), names.refreshExp, '__proto__']);
}

/** The audiences in a text that separates them by commas. */
export function audiences(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
}
