import type { Settings } from '#lib/settings/catalogue.ts';
import type { User } from '#lib/users/user.ts';

/** The content of `/` on a developer's machine. */
export type Home = {
  /** The name of the service. */
  readonly name: string;
  readonly stage: string;
  /** Its URL without a slash at the end. */
  readonly url: string;
  /** When a request for a code requires a human check. */
  readonly codeCheck: Settings['HUMAN_CHECK_CODES'];
  /** The newest first. */
  readonly users: readonly User[];
  readonly hasMoreUsers: boolean;
};

/** Creates a superuser of the service that runs here. */
export const superuserCommand = 'npm run createsuperuser';

/** Commands that send a code to the user of the first steps. */
export function codeCommands(url: string): readonly [login: string, forgotten: string] {
  return [
    `curl -s ${url}/codes/ -d channel=email -d to=ada@example.com -d purpose=login`,
    `curl -s ${url}/password/forgot/ -d email=ada@example.com`,
  ];
}
