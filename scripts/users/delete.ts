import { deleteUser as remove } from '#lib/users/delete-user.ts';
import type { User } from '#lib/users/user.ts';
import { withStageTables } from '../stage/stage-tables.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { refuseUnlessSure } from './confirm.ts';
import { aboutNames, findPerson, needsOf } from './person.ts';
import { subcommand } from './subcommand.ts';

const usage = `Usage: npm run users -- delete NAME [--yes]

Deletes a user for ever. Other people can take the identifiers at once. The tokens are dead; the picture, sessions and API
tokens are deleted within moments. ${aboutNames}

  --yes               do not ask
`;

export const deleteUser = subcommand({
  usage,
  options: { yes: { type: 'boolean', default: false } },
  words: ['NAME'],
  async run({ words: [name = ''], values: { yes }, stage, region, isJson }) {
    await withStageTables(stage, region, async (tables) => {
      const user = await findPerson(tables, name);
      if (!yes) await refuseUnlessSure(`the deletion of ${user.username}`, (terminal) => isSure(terminal, user, stage));
      await remove(needsOf(tables), { user });
      console.log(
        isJson ? JSON.stringify({ stage, id: user.id, username: user.username, deleted: true }) : `${user.username} was deleted.`,
      );
    });
  },
});

/** Whether the person types the username of the user to delete, after reading who that is. */
export async function isSure(
  { tell, ask }: Pick<Terminal, 'tell' | 'ask'>,
  { username, email, id, isSuperuser }: User,
  stage: string,
): Promise<boolean> {
  tell(`${username} (${email}, id ${id})${isSuperuser ? ', a superuser' : ''} of the stage ${stage} will be deleted for ever.`);
  return (await ask('Type the username to delete them: ')).trim() === username;
}
