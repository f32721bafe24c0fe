import { parseArgs } from 'node:util';
import type { Candidate } from '#lib/transfer/make-superuser.ts';
import { readService } from '#local/project.ts';
import { Refusal } from '#local/refusal.ts';

export const usage = `Usage: npm run createsuperuser [-- --stage <stage>] [--username <name>] [--email <address>] [--promote [--id <id>]] [--no-input] [--json]

Creates a superuser, or makes an existing user one. Asks for missing values. It can be repeated.
An existing user becomes a superuser only with a proved e-mail address that is given, or with --promote or --id.

  --stage <stage>     the stage; by default local, the npm start on this machine
  --username <name>   or GATEHOUSE_SUPERUSER_USERNAME, DJANGO_SUPERUSER_USERNAME
  --email <address>   or GATEHOUSE_SUPERUSER_EMAIL, DJANGO_SUPERUSER_EMAIL; of a new user, or the proved one of an existing user
  --promote           make the existing user of that name a superuser, whatever the e-mail address
  --id <id>           the same, if the user of that name has this id
  --no-input          ask nothing; a new user without a password cannot sign in until one is set
  --json              print the result as JSON
  --region <region>   of a deployed stage

  The password is read from the terminal, or from GATEHOUSE_SUPERUSER_PASSWORD or DJANGO_SUPERUSER_PASSWORD; never from a flag, because
  every process of the machine can read it. An existing user keeps the password unless one is given.`;

export type SuperuserOptions = {
  readonly stage: string;
  readonly region: string;
  readonly given: Partial<Candidate>;
  readonly isAsking: boolean;
  readonly isJson: boolean;
  readonly wantsHelp: boolean;
};

/** The options, flags before the environment, or a Refusal that shows the usage. */
export function readSuperuserOptions(parameters: readonly string[], environment: NodeJS.ProcessEnv): SuperuserOptions {
  const values = parseFlags(parameters);
  const from = (name: string) => environment[`GATEHOUSE_SUPERUSER_${name}`] || environment[`DJANGO_SUPERUSER_${name}`] || undefined;
  const [username, email, password] = [values.username ?? from('USERNAME'), values.email ?? from('EMAIL'), from('PASSWORD')];
  return {
    stage: values.stage,
    region: values.region ?? environment['AWS_REGION'] ?? readService().region,
    given: { ...(username !== undefined && { username }), email, password, promote: values.id ?? (values.promote ? 'anybody' : undefined) },
    isAsking: !(values['no-input'] || values.noinput),
    isJson: values.json,
    wantsHelp: values.help,
  };
}

function parseFlags(parameters: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = {
    stage: { ...text, default: 'local' },
    username: text,
    email: text,
    region: text,
    promote: flag,
    id: text,
    'no-input': flag,
    noinput: flag,
    json: flag,
    help: { ...flag, short: 'h' },
  } as const;
  try {
    return parseArgs({ args: [...parameters], options }).values;
  } catch (error) {
    if (parameters.some((each) => /^--?p(assword)?\b/.test(each)))
      throw new Refusal('There is no flag for the password, because every process could read it: set GATEHOUSE_SUPERUSER_PASSWORD.');
    throw new Refusal(`${(error as Error).message}\n\n${usage}`);
  }
}
