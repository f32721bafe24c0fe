import { emailKey, wrongEmail } from '#lib/names/email.ts';
import { usernameKey } from '#lib/names/username.ts';
import { breachedPasswordsFile } from '#lib/passwords/breaches.file.ts';
import { passwords } from '#lib/passwords/passwords.ts';
import { type Candidate, type Made, makeSuperuser, Unmistaken } from '#lib/transfer/make-superuser.ts';
import { dynamoSuperuserStore } from '#lib/transfer/superuser-store.dynamo.ts';
import { addressesOf, isVouched } from '#lib/users/addresses.ts';
import { choosingRules } from '#lib/users/choosing-rules.ts';
import { newPasswordErrors } from '#lib/users/new-password.ts';
import { noticesOf } from '#lib/users/notice.ts';
import { dynamoPasswordStore } from '#lib/users/password-store.dynamo.ts';
import type { User } from '#lib/users/user.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { say } from '#lib/wording.ts';
import { readDotEnv } from '#local/dot-env.ts';
import { projectFolder } from '#local/project.ts';
import { Refusal, runCommand } from '#local/refusal.ts';
import { refuseUnsoundFilter } from '../plugins/breached-filter.ts';
import { type StageTables, withStageTables } from './stage/stage-tables.ts';
import { askForSuperuser } from './superuser/ask.ts';
import { readSuperuserOptions, type SuperuserOptions, usage } from './superuser/options.ts';
import { openTerminal } from './terminal/terminal.ts';

await runCommand(async () => {
  readDotEnv(projectFolder);
  const options = readSuperuserOptions(process.argv.slice(2), process.env);
  if (options.wantsHelp) return console.log(usage);
  const isAsking = options.isAsking && process.stdin.isTTY === true;
  if (!isAsking) refuseWithout(options);
  await withStageTables(options.stage, options.region, async (tables) => {
    const needs = needsOf(tables);
    const candidate = isAsking ? await ask(needs, options.given) : (options.given as Candidate);
    if (candidate.password !== undefined) await refuseWithoutFilter(tables);
    const made = await makeSuperuser(needs, candidate).catch(refuseMistaken);
    const { user, done, password } = made;
    const { id, username, email } = user;
    if (options.isJson) console.log(JSON.stringify({ stage: options.stage, id, username, email, done, password }));
    else for (const line of sentences(made, options, tables, candidate)) console.log(line);
  });
});

function refuseWithout({ given, isAsking }: SuperuserOptions): void {
  const why = isAsking ? 'There is no terminal to ask for it' : 'Nothing is asked with --no-input';
  if (!given.username) throw new Refusal(`${why}: give --username, or GATEHOUSE_SUPERUSER_USERNAME.`);
}

/** The filter of breached passwords is looked in here, and not on AWS. */
async function refuseWithoutFilter({ settings }: StageTables): Promise<void> {
  await refuseUnsoundFilter(settings.BREACHED_PASSWORDS, breachedPasswordsFile).catch(({ message }: Error) => {
    throw new Refusal(message);
  });
}

function refuseMistaken(error: unknown): never {
  if (!(error instanceof Unmistaken)) throw error;
  const { id, username, email } = error.user;
  throw new Refusal(
    `${username} is a user already, with ${email === '' ? 'no e-mail address' : `the e-mail address ${email}${doubtAbout(error.user)}`}, and the id ${id}.\n` +
      `Anybody may have registered the name. If it is the person you mean, say --id ${id}; otherwise choose another --username.`,
  );
}

function doubtAbout(user: User): string {
  if (!user.isEmailVerified) return ', which nobody has proved';
  return user.isEmailVouched ? ', which only another user vouched for' : '';
}

function needsOf({ settings, client }: StageTables) {
  return {
    users: dynamoUserStore(settings, client),
    superusers: dynamoSuperuserStore(settings, client),
    store: dynamoPasswordStore(settings, client),
    passwords: passwords(settings),
    passwordMinLength: settings.PASSWORD_MIN_LENGTH,
    ...choosingRules(settings),
    region: settings.DEFAULT_REGION,
    notices: noticesOf(settings),
    now: () => new Date(),
  };
}

async function ask(needs: ReturnType<typeof needsOf>, given: Partial<Candidate>): Promise<Candidate> {
  const terminal = openTerminal({ input: process.stdin, output: process.stderr });
  try {
    return await askForSuperuser(
      {
        terminal,
        wrongWith: (field, typed) => {
          const isRight = (field === 'username' ? usernameKey(typed) : emailKey(typed)) !== undefined;
          return isRight ? [] : [say(field === 'username' ? 'invalid_username' : wrongEmail(typed), 'en')];
        },
        wrongWithPassword: (typed, names) => newPasswordErrors(typed, names, needs).map(({ phrase, values }) => say(phrase, 'en', values)),
        emailOf: async (username) => {
          const value = usernameKey(username);
          return value === undefined ? undefined : (await needs.users.findByIdentifier({ kind: 'username', value }))?.email;
        },
      },
      given,
    );
  } finally {
    terminal.close();
  }
}

function sentences({ user, done, password }: Made, { stage }: SuperuserOptions, { place }: StageTables, { email }: Candidate): string[] {
  const where = `of the stage ${stage} (${place})`;
  const what = {
    created: `${user.username} was made, a superuser ${where}.`,
    promoted: `${user.username} is a superuser ${where} now.`,
    nothing: `${user.username} is a superuser ${where} already.`,
  };
  const about = {
    set: [],
    changed: ['The password was changed, and every session of the user has ended.'],
    kept: ['The password is unchanged.'],
    unusable: ['The user has no password yet: set one with this command.'],
  };
  const isOther = done !== 'created' && email !== undefined && emailKey(email) !== emailKey(user.email);
  const vouched = addressesOf(user).filter((address) => isVouched(user, address));
  const ended = done === 'promoted' ? ['Every session and API token of before has ended.'] : [];
  const open = vouched.map(
    ({ value }) => `Only another user vouched for ${value}: its reader can choose a password. Change it if it is not the person's.`,
  );
  const inactive = user.isActive ? [] : ['The user is suspended and cannot sign in.'];
  return [what[done], ...about[password], ...ended, ...open, ...(isOther ? [`The e-mail address stays ${user.email}.`] : []), ...inactive];
}
