import { exitCodes, Refusal, runCommand } from '#local/refusal.ts';
import { build } from './breached/build.ts';
import { check } from './breached/check.ts';
import type { Command } from './terminal/command.ts';

const usage = `Usage: npm run breached -- build FILE [its options]
       npm run breached -- check [its options]

  build       make the filter of passwords from data breaches, of a download of Pwned Passwords
  check       ask for a password, and say whether the filter has it

  --help after a subcommand shows its options. Exit codes: 0 done; 1 refused, nothing was done; 2 invalid command line. The
  details are in docs/passwords.md.`;

const subcommands: Readonly<Record<string, Command>> = { build, check };

await runCommand(async () => {
  const [name, ...parameters] = process.argv.slice(2);
  if (name === '--help' || name === '-h') return console.log(usage);
  if (name === undefined) throw new Refusal(usage, exitCodes.misused);
  const registered = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  if (!registered) throw new Refusal(`Unknown subcommand "${name}".\n\n${usage}`, exitCodes.misused);
  await registered.run(parameters);
});
