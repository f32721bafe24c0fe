import { randomId } from '#lib/ids.ts';
import { withRequestContext } from '#lib/request-context.ts';
import { readDotEnv } from '#local/dot-env.ts';
import { projectFolder } from '#local/project.ts';
import { exitCodes, Refusal, runCommand } from '#local/refusal.ts';
import { subcommands } from './audit/subcommands.ts';

const names = Object.entries(subcommands).map(([name, { about }]) => `  ${name.padEnd(12)}${about}`);

const usage = `Usage: npm run audit -- <subcommand> [its options]

${names.join('\n')}

  --help after a subcommand shows its options. Exit codes: 0 done; 1 refused; 2 invalid command line. The details are in
  docs/audit.md.`;

await runCommand(async () => {
  const [name, ...parameters] = process.argv.slice(2);
  if (name === '--help' || name === '-h') return console.log(usage);
  if (name === undefined) throw new Refusal(usage, exitCodes.misused);
  const registered = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  if (!registered) throw new Refusal(`Unknown subcommand "${name}".\n\n${usage}`, exitCodes.misused);
  readDotEnv(projectFolder);
  await withRequestContext({ via: `npm run audit -- ${name}`, requestId: randomId() }, () => registered.command.run(parameters));
});
