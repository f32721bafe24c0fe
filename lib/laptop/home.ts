import type { Settings } from '#lib/settings/catalogue.ts';
import type { User } from '#lib/users/user.ts';

/** What a developer finds at `/` of their machine. */
export type Home = {
  /** What the service is called. */
  readonly name: string;
  readonly stage: string;
  /** Where it is, without a slash at the end. */
  readonly url: string;
  /** When asking for a code asks for a human check. */
  readonly codeCheck: Settings['HUMAN_CHECK_CODES'];
  /** The newest first. */
  readonly users: readonly User[];
  readonly hasMoreUsers: boolean;
};

/** Makes a superuser of the service that runs here. */
export const superuserCommand = 'npm run createsuperuser';

/** Commands that have a code sent to the user whom the first steps made. */
export function codeCommands(url: string): readonly [login: string, forgotten: string] {
  return [
    `curl -s ${url}/codes/ -d channel=email -d to=ada@example.com -d purpose=login`,
    `curl -s ${url}/password/forgot/ -d email=ada@example.com`,
  ];
}
