import { parseArgs } from 'node:util';
import type { Candidate } from '#lib/transfer/make-superuser.ts';
import { readService } from '#local/project.ts';
import { Refusal } from '#local/refusal.ts';

export const usage = `Usage: npm run createsuperuser [-- --stage <stage>] [--username <name>] [--email <address>] [--no-input] [--json]

Makes somebody who may do everything, or makes the user of that name one; asks for what is not given. Safe to repeat.

  --stage <stage>     local, which is the npm start that runs on this machine, unless said otherwise
  --username <name>   or GATEHOUSE_SUPERUSER_USERNAME, DJANGO_SUPERUSER_USERNAME
  --email <address>   or GATEHOUSE_SUPERUSER_EMAIL, DJANGO_SUPERUSER_EMAIL; for somebody new
  --no-input          ask nothing; without a password somebody new cannot log in until they are given one
  --json              say what was done as JSON
  --region <region>   of a deployed stage

  The password is read from the terminal, or from GATEHOUSE_SUPERUSER_PASSWORD or DJANGO_SUPERUSER_PASSWORD; never from a flag, which
  every process of the machine can read. Who is there already keeps theirs unless one is given.`;

export type SuperuserOptions = {
  readonly stage: string;
  readonly region: string;
  readonly given: Partial<Candidate>;
  readonly isAsking: boolean;
  readonly isJson: boolean;
  readonly wantsHelp: boolean;
};

/** What the person asked for, flags before the environment, or a Refusal that says what may be asked. */
export function readSuperuserOptions(parameters: readonly string[], environment: NodeJS.ProcessEnv): SuperuserOptions {
  const values = parseFlags(parameters);
  const from = (name: string) => environment[`GATEHOUSE_SUPERUSER_${name}`] || environment[`DJANGO_SUPERUSER_${name}`] || undefined;
  const [username, email, password] = [values.username ?? from('USERNAME'), values.email ?? from('EMAIL'), from('PASSWORD')];
  return {
    stage: values.stage,
    region: values.region ?? environment['AWS_REGION'] ?? readService().region,
    given: { ...(username !== undefined && { username }), email, password },
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
    'no-input': flag,
    noinput: flag,
    json: flag,
    help: { ...flag, short: 'h' },
  } as const;
  try {
    return parseArgs({ args: [...parameters], options }).values;
  } catch (error) {
    if (parameters.some((each) => /^--?p(assword)?\b/.test(each)))
      throw new Refusal('There is no flag for the password, which every process could read: put it into GATEHOUSE_SUPERUSER_PASSWORD.');
    throw new Refusal(`${(error as Error).message}\n\n${usage}`);
  }
}
