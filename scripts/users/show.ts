import type { User } from '#lib/users/user.ts';
import { withStageTables } from '../stage/stage-tables.ts';
import { aboutNames, findPerson, personJson, shortInstant, standingOf } from './person.ts';
import { subcommand } from './subcommand.ts';
import { card } from './table.ts';

const usage = `Usage: npm run users -- show NAME

Shows a user without the password. ${aboutNames}
`;

export const showUser = subcommand({
  usage,
  options: {},
  words: ['NAME'],
  async run({ words: [name = ''], stage, region, isJson }) {
    const user = await withStageTables(stage, region, async (tables) => await findPerson(tables, name));
    if (isJson) console.log(JSON.stringify(personJson(user)));
    else for (const line of card(entriesOf(user))) console.log(line);
  },
});

function entriesOf(user: User): [string, string][] {
  const { suspension } = user;
  const proved = (isProved: boolean) => (isProved ? ' (proved)' : '');
  return [
    ['id', user.id],
    ['username', user.username],
    ['name', user.name],
    ['e-mail', `${user.email}${proved(user.isEmailVerified)}`],
    ['mobile', user.mobile === undefined ? '-' : `${user.mobile}${proved(user.isMobileVerified)}`],
    ['state', standingOf(user)],
    ...(suspension ? [['suspended', suspendedText(suspension)] satisfies [string, string]] : []),
    ['superuser', user.isSuperuser ? 'yes' : 'no'],
    ['roles', user.roles.join(', ') || '-'],
    ['password', user.password.startsWith('!') ? 'none' : (user.password.split('$', 1)[0] ?? '')],
    ['picture', user.avatar ?? '-'],
    ['joined', shortInstant(user.dateJoined)],
    ['last login', user.lastLogin ? shortInstant(user.lastLogin) : '-'],
    ['version, epoch', `${user.version}, ${user.tokenEpoch}`],
    ...Object.entries(user.attributes).map(([name, value]): [string, string] => [`attribute ${name}`, JSON.stringify(value)]),
  ];
}

function suspendedText({ at, by, reason }: NonNullable<User['suspension']>): string {
  return `on ${shortInstant(at)}${by === undefined ? '' : ` by ${by}`}${reason === undefined ? '' : `: ${reason}`}`;
}
