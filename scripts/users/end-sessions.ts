import { dynamoApiTokenStore } from '#lib/api-tokens/api-token-store.dynamo.ts';
import { now } from '#lib/clock.ts';
import { sessionRules } from '#lib/sessions/session-rules.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { dynamoUserScan } from '#lib/transfer/user-scan.dynamo.ts';
import { endSessionsOf } from '#lib/users/end-sessions-of.ts';
import { sessionsEnded } from '#lib/users/notice.ts';
import type { User } from '#lib/users/user.ts';
import { exitCodes, Refusal } from '#local/refusal.ts';
import { type StageTables, withStageTables } from '../stage/stage-tables.ts';
import { showProgress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { refuseUnlessSure } from './confirm.ts';
import { everyUser } from './every-user.ts';
import { keepPace, unitsAsked } from './pace.ts';
import { aboutNames, findPerson } from './person.ts';
import { subcommand } from './subcommand.ts';

const usage = `Usage: npm run users -- end-sessions (NAME | --all) [--api-tokens] [--yes]

Ends all sessions of a user, or of every user of the stage. The accounts stay open: the users sign in again. The user gets
an e-mail, but not with --all. ${aboutNames}

  --all               every user of the stage
  --api-tokens        end API tokens as well, and every code and link that was sent
  --rate <units>      with --all, read at most this many units per second; a unit is 4 kB, about six users (1000)
  --yes               do not ask
`;

/** How many users are worked on at once, and how many segments are read. */
const [atOnce, segments] = [10, 4];

const flag = { type: 'boolean', default: false } as const;

export const endSessions = subcommand({
  usage,
  options: { all: flag, 'api-tokens': flag, yes: flag, rate: { type: 'string', default: '1000' } },
  words: ['[NAME]'],
  async run({ words: [name], values: { all, 'api-tokens': isEverything, yes, rate }, stage, region, isJson, misused }) {
    if (all === (name !== undefined)) throw misused('Give either NAME or --all.');
    const units = unitsAsked(rate, misused);
    await withStageTables(stage, region, async (tables) => {
      const user = name === undefined ? undefined : await findPerson(tables, name);
      const whose = user ? user.username : `all users of the stage ${stage}`;
      if (!yes)
        await refuseUnlessSure(`the end of the sessions of ${whose}`, (terminal) => isSure(terminal, whose, user?.username ?? stage));
      const { ended, failed } = user ? await endOf(tables, user, isEverything) : await endOfAll(tables, isEverything, units);
      const done = isEverything ? 'sessions, API tokens, codes and links' : 'sessions';
      if (isJson) console.log(JSON.stringify({ stage, users: ended, failed, api_tokens: isEverything }));
      else console.log(`The ${done} of ${user ? whose : `${ended} users`} have ended.`);
      if (failed.length > 0) throw new Refusal(`Not ended, try again: ${failed.join(', ')}`, exitCodes.inPart);
    });
  },
});

/** Whether the person types the name, after reading whose sessions will end. */
export async function isSure({ tell, ask }: Pick<Terminal, 'tell' | 'ask'>, whose: string, name: string): Promise<boolean> {
  tell(`The sessions of ${whose} will end.`);
  return (await ask(`Type "${name}" to end them: `)).trim() === name;
}

type Ended = { readonly ended: number; readonly failed: readonly string[] };

async function endOf(tables: StageTables, user: User, isEverything: boolean): Promise<Ended> {
  const notice = sessionsEnded(tables.settings.EMAIL_SENDER !== 'off', user, { language: 'en', now: now() });
  await endSessionsOf(needsOf(tables), user, { isEverything, notice });
  return { ended: 1, failed: [] };
}

/** A user who fails does not keep the others: their ids are listed at the end. */
async function endOfAll(tables: StageTables, isEverything: boolean, rate: number): Promise<Ended> {
  const [needs, scan] = [needsOf(tables), dynamoUserScan(tables.settings, tables.client)];
  const progress = showProgress('Ended', await scan.roughCount());
  const failed: string[] = [];
  let ended = 0;
  const end = async ({ id }: User) => {
    try {
      await endSessionsOf(needs, { id }, { isEverything });
      ended += 1;
    } catch {
      failed.push(id);
    }
  };
  await everyUser({ scan, pace: keepPace(rate), segments }, async (users) => {
    for (let first = 0; first < users.length; first += atOnce) await Promise.all(users.slice(first, first + atOnce).map(end));
    progress.advance(users.length);
  });
  progress.end();
  return { ended, failed };
}

function needsOf({ settings, client }: StageTables) {
  return {
    sessions: dynamoSessionStore(settings, client),
    apiTokens: dynamoApiTokenStore(settings, client),
    now,
    ...sessionRules(settings),
  };
}
