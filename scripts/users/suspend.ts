import { durationSeconds } from '#lib/duration.ts';
import { suspendUser as suspend } from '#lib/users/suspend-user.ts';
import { withStageTables } from '../stage/stage-tables.ts';
import { aboutNames, findPerson, needsOf, personJson, standingOf } from './person.ts';
import { subcommand } from './subcommand.ts';

const usage = `Usage: npm run users -- suspend NAME [--reason <text>] [--until <when>]

Keeps a user from signing in, for ever or until a given time. All sessions, tokens and API tokens are dead afterwards. A
second call changes the reason and the end. ${aboutNames}

  --reason <text>     shown to callers who look after users, and to the user in their export; at most 500 characters
  --until <when>      such as 12h, 30d, 2026-12-31 or 2026-12-31T12:00:00Z; a day begins in UTC
`;

const longestReason = 500;

export const suspendUser = subcommand({
  usage,
  options: { reason: { type: 'string' }, until: { type: 'string' } },
  words: ['NAME'],
  async run({ words: [name = ''], values: { reason, until: typed }, stage, region, isJson, misused }) {
    const until = typed === undefined ? undefined : moment(typed);
    if (typed !== undefined && !until) throw misused(`"${typed}" is not a time: write 30d, 2026-12-31 or 2026-12-31T12:00:00Z.`);
    if (reason !== undefined && (reason.trim() === '' || [...reason].length > longestReason))
      throw misused(`--reason has to be 1 to ${longestReason} characters.`);
    await withStageTables(stage, region, async (tables) => {
      const user = await suspend(needsOf(tables), { user: await findPerson(tables, name) }, { reason: reason?.trim(), until });
      console.log(
        isJson
          ? JSON.stringify(personJson(user))
          : `${user.username} is ${standingOf(user)} now; every session and token of theirs is dead.`,
      );
    });
  },
});

function moment(text: string): Date | undefined {
  const seconds = durationSeconds(text);
  if (seconds !== undefined) return new Date(Date.now() + seconds * 1000);
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)) return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
