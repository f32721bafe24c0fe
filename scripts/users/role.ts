import { changeRoles } from '#lib/users/give-roles.ts';
import { withStageTables } from '../stage/stage-tables.ts';
import { aboutNames, findPerson, needsOf, personJson } from './person.ts';
import { subcommand } from './subcommand.ts';

const usage = `Usage: npm run users -- role NAME [--add <role>]… [--remove <role>]…

Adds and removes roles, at once for every endpoint. Users with staff may look after other users; every other role belongs to
your application (lib/users/abilities.ts). ${aboutNames}
`;

const list = { type: 'string', multiple: true } as const;

export const changeRole = subcommand({
  usage,
  options: { add: list, remove: list },
  words: ['NAME'],
  async run({ words: [name = ''], values: { add: given = [], remove: taken = [] }, stage, region, isJson, misused }) {
    if (given.length + taken.length === 0) throw misused('Give --add or --remove.');
    const both = given.find((role) => taken.includes(role));
    if (both !== undefined) throw misused(`"${both}" is in both --add and --remove.`);
    await withStageTables(stage, region, async (tables) => {
      const user = await changeRoles(needsOf(tables), await findPerson(tables, name), { given, taken });
      console.log(
        isJson
          ? JSON.stringify(personJson(user))
          : `${user.username} has ${user.roles.length > 0 ? `the role${user.roles.length > 1 ? 's' : ''} ${user.roles.join(', ')}` : 'no roles'} now.`,
      );
    });
  },
});
