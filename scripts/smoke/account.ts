import { randomBytes, randomInt } from 'node:crypto';

/** The account that the smoke test signs in with. A canary is there before it and stays. */
export type Account = {
  readonly isCanary: boolean;
  readonly password: string;
  /** Each with the field of `/login/` that it goes into. */
  readonly identifiers: readonly (readonly [field: 'username' | 'email' | 'mobile', value: string])[];
};

/** Areas of the United States. Two runs at once take the same number once in some thousand times. */
const areas = [201, 202, 212, 213, 305, 312, 404, 415, 512, 617, 702, 713, 801, 916];

/**
 * A new account. Mails to its address end in the mailbox simulator of SES (SES Developer Guide, "Using the mailbox
 * simulator"), and its number is one of those that the North American Numbering Plan keeps for fiction (555-0100 to 555-0199), so no
 * message reaches anybody.
 */
export function newAccount(): Account {
  const tail = randomBytes(6).toString('hex');
  return {
    isCanary: false,
    password: randomBytes(18).toString('base64url'),
    identifiers: [
      ['username', `smoke-${tail}`],
      ['email', `success+smoke-${tail}@simulator.amazonses.com`],
      ['mobile', `+1${areas[randomInt(areas.length)]}55501${String(randomInt(100)).padStart(2, '0')}`],
    ],
  };
}

/** The canary that the environment names, or undefined. */
export function canaryFrom({ SMOKE_USERNAME: username, SMOKE_PASSWORD: password }: NodeJS.ProcessEnv): Account | undefined {
  return username && password ? { isCanary: true, password, identifiers: [['username', username]] } : undefined;
}
