import { randomId } from '#lib/ids.ts';
import { withRequestContext } from '#lib/request-context.ts';
import { readDotEnv } from '#local/dot-env.ts';
import { projectFolder } from '#local/project.ts';
import { exitCodes, Refusal, runCommand } from '#local/refusal.ts';
import { subcommands } from './users/subcommands.ts';

const names = Object.entries(subcommands).map(([name, { about }]) => `  ${name.padEnd(12)}${about}`);

const usage = `Usage: npm run users -- <subcommand> [its words and options]

${names.join('\n')}

  --help after a subcommand shows its options. Exit codes: 0 done; 1 refused, nothing was done; 2 invalid command line;
  3 done in part. The details are in docs/users.md.`;

await runCommand(async () => {
  const [name, ...parameters] = process.argv.slice(2);
  if (name === '--help' || name === '-h') return console.log(usage);
  if (name === undefined) throw new Refusal(usage, exitCodes.misused);
  const registered = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  if (!registered) throw new Refusal(`Unknown subcommand "${name}".\n\n${usage}`, exitCodes.misused);
  readDotEnv(projectFolder);
  const { run } = await registered.load();
  await withRequestContext({ via: `npm run users -- ${name}`, requestId: randomId() }, () => run(parameters));
});
