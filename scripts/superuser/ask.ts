import type { Candidate } from '#lib/transfer/make-superuser.ts';
import type { Terminal } from '../terminal/terminal.ts';

type Judging = {
  readonly terminal: Pick<Terminal, 'ask' | 'askSecretly' | 'tell'>;
  /** The faults of a name of this kind, as sentences. */
  readonly wrongWith: (field: 'username' | 'email', typed: string) => readonly string[];
  readonly wrongWithPassword: (password: string, names: { readonly username: string; readonly email: string }) => readonly string[];
  /** The e-mail address of the user with this username; undefined if there is none. */
  readonly emailOf: (username: string) => Promise<string | undefined>;
};

/** Asks for missing values until they are valid. An existing user may keep the password. */
export async function askForSuperuser(needs: Judging, given: Partial<Candidate>): Promise<Candidate> {
  const { terminal, emailOf } = needs;
  const username = given.username ?? (await askUntilRight(needs, 'username', 'Username: '));
  const known = await emailOf(username);
  if (known !== undefined) terminal.tell(`${username} already exists.`);
  const isTold = known !== undefined && given.promote !== undefined;
  const email = given.email ?? (isTold ? known : await askUntilRight(needs, 'email', 'E-mail: '));
  const password = given.password ?? (await askPassword(needs, { username, email }, known !== undefined));
  return { username, email, password, promote: given.promote };
}

async function askUntilRight({ terminal, wrongWith }: Judging, field: 'username' | 'email', question: string): Promise<string> {
  for (;;) {
    const typed = (await terminal.ask(question)).trim();
    const wrong = wrongWith(field, typed);
    if (wrong.length === 0) return typed;
    for (const line of wrong) terminal.tell(line);
  }
}

async function askPassword(
  { terminal, wrongWithPassword }: Judging,
  names: { readonly username: string; readonly email: string },
  mayStay: boolean,
): Promise<string | undefined> {
  for (;;) {
    const typed = await terminal.askSecretly(mayStay ? 'New password (empty: keep the old one): ' : 'Password: ');
    if (typed === '' && mayStay) return undefined;
    const wrong = wrongWithPassword(typed, names);
    for (const line of wrong) terminal.tell(line);
    if (wrong.length > 0) continue;
    if ((await terminal.askSecretly('Password (again): ')) === typed) return typed;
    terminal.tell('The two passwords differ.');
  }
}
