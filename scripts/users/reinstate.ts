import { reinstateUser as reinstate } from '#lib/users/suspend-user.ts';
import { withStageTables } from '../stage/stage-tables.ts';
import { aboutNames, findPerson, needsOf, personJson } from './person.ts';
import { subcommand } from './subcommand.ts';

const usage = `Usage: npm run users -- reinstate NAME

Ends a suspension. Earlier tokens stay dead; the user signs in again.
${aboutNames}
`;

export const reinstateUser = subcommand({
  usage,
  options: {},
  words: ['NAME'],
  async run({ words: [name = ''], stage, region, isJson }) {
    await withStageTables(stage, region, async (tables) => {
      const user = await reinstate(needsOf(tables), { user: await findPerson(tables, name) });
      console.log(isJson ? JSON.stringify(personJson(user)) : `${user.username} may sign in.`);
    });
  },
});
