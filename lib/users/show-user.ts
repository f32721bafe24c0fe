import { pictureUrl } from '#lib/avatars/picture-url.ts';
import { Answer } from '#lib/http/answer.ts';
import { entityTag } from '#lib/http/if-match.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { Attributes } from './attributes.ts';
import { seenAs } from './judge.ts';
import type { User } from './user.ts';
import { viewUser } from './user-view.ts';

/**
 * Makes the answer that shows a user to an actor, with the user's version as entity tag. `origin` is the address the
 * request came to.
 */
export function userShown(settings: Pick<Settings, 'PUBLIC_URL' | 'API_PREFIX'>, attributes: Attributes) {
  return (
    { actor, user }: { readonly actor: User; readonly user: User },
    origin: string,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const view = viewUser(user, { attributes, reader: seenAs(actor, 'read'), avatarUrl: (name) => pictureUrl(settings, origin, name) });
    return new Answer(view, { headers: { etag: entityTag(user.version), ...headers } });
  };
}
