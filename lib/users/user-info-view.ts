import { array, literal, nullable, object, picklist, string } from 'valibot';
import { actions } from '#lib/caller/action.ts';
import { abilitiesOf, subjects } from './abilities.ts';
import type { User } from './user.ts';

/** The answer of `/userInfo/`: the caller and what a client can offer them, in the envelope of `/login/`. */
export const userInfoView = object({
  status_code: literal(200),
  message: literal('success'),
  data: object({
    sub: string(),
    username: string(),
    roles: array(string()),
    ability: array(object({ action: picklist(actions), subject: picklist(subjects) })),
    avatar: nullable(string()),
  }),
});

/** Shows a user to their own client. `avatarUrl` makes the absolute address of a picture. */
export function viewUserInfo(user: User, avatarUrl: (name: string) => string) {
  return {
    status_code: 200 as const,
    message: 'success' as const,
    data: {
      sub: user.id,
      username: user.username,
      roles: [...user.roles],
      ability: [...abilitiesOf(user)],
      avatar: user.avatar === undefined ? null : avatarUrl(user.avatar),
    },
  };
}
