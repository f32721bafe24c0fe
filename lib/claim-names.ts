/** The settings that name claims, and the field of the user that `USER_ID_CLAIM` holds. */
export type ClaimNameSettings = {
  readonly TOKEN_TYPE_CLAIM: string;
  readonly JTI_CLAIM: string;
  readonly USER_ID_CLAIM: string;
  readonly REVOKE_TOKEN_CLAIM: string;
  readonly SLIDING_TOKEN_REFRESH_EXP_CLAIM: string;
  readonly USER_ID_FIELD: 'id' | 'username' | 'email';
};

/** Claims that have one fixed meaning in every token (RFC 7519 §4.1, and ours); no setting can give them another. */
export const registeredClaims: readonly string[] = [
  'exp',
  'iat',
  'nbf',
  'iss',
  'aud',
  'sub',
  'jti',
  'sid',
  'generation',
  'roles',
  'ability',
];

/** The settings that name a claim. */
const claimNameSettings = [
  'TOKEN_TYPE_CLAIM',
  'JTI_CLAIM',
  'USER_ID_CLAIM',
  'REVOKE_TOKEN_CLAIM',
  'SLIDING_TOKEN_REFRESH_EXP_CLAIM',
] as const;

/** The errors in the names of claims: two claims of one name, or a name from `registeredClaims`. */
export function claimNameErrors(settings: ClaimNameSettings): string[] {
  const twins = claimNameSettings.flatMap((one, index) =>
    claimNameSettings
      .slice(index + 1)
      .filter((other) => settings[one] === settings[other])
      .map((other) => `${one} and ${other} are both ${settings[one]}: give each a name of its own`),
  );
  const taken = claimNameSettings
    .filter((setting) => registeredClaims.includes(settings[setting]) && !isAtHome(setting, settings))
    .map((setting) => `${setting} cannot be ${settings[setting]}, ${meaningOf(settings[setting], settings)}: choose another name`);
  return [...twins, ...taken];
}

/** Two names are allowed: `jti` is the standard name for a token's id, and `sub` for the user's. */
function isAtHome(setting: keyof ClaimNameSettings, { JTI_CLAIM, USER_ID_CLAIM, USER_ID_FIELD }: ClaimNameSettings): boolean {
  if (setting === 'JTI_CLAIM') return JTI_CLAIM === 'jti';
  return setting === 'USER_ID_CLAIM' && USER_ID_CLAIM === 'sub' && USER_ID_FIELD === 'id';
}

function meaningOf(name: string, { USER_ID_FIELD }: ClaimNameSettings): string {
  const isOurs = name === 'sub' && USER_ID_FIELD !== 'id';
  return isOurs ? `which carries the id where USER_ID_FIELD is ${USER_ID_FIELD}` : 'which has a meaning of its own in every token';
}
