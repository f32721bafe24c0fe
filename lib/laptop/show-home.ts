import { refuseOtherMachines } from '#lib/http/this-machine.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { DirectoryStore } from '#lib/users/directory-store.ts';
import type { Home } from './home.ts';
import { localUrl } from './local-url.ts';

type Needs = {
  readonly directory: Pick<DirectoryStore, 'page'>;
  readonly settings: Pick<Settings, 'STAGE' | 'API_PREFIX' | 'MESSAGE_FROM_NAME' | 'HUMAN_CHECK_CODES'>;
};

const mostUsers = 20;

/** The service and its newest users, for a request from this machine. Throws `permission_denied` for any other. */
export async function showHome({ directory, settings }: Needs, header: (name: string) => string | undefined): Promise<Home> {
  refuseOtherMachines(header);
  const { users, next } = await directory.page({ by: 'joined' }, { limit: mostUsers, after: undefined });
  return {
    name: settings.MESSAGE_FROM_NAME,
    stage: settings.STAGE,
    url: localUrl(header, settings),
    codeCheck: settings.HUMAN_CHECK_CODES,
    users,
    hasMoreUsers: next !== undefined,
  };
}
