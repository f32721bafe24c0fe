import { readDotEnv } from '#local/dot-env.ts';
import { projectFolder } from '#local/project.ts';
import { exitCodes, Refusal, runCommand } from '#local/refusal.ts';
import { subcommands } from './users/subcommands.ts';

const names = Object.entries(subcommands).map(([name, { about }]) => `  ${name.padEnd(12)}${about}`);

const usage = `Usage: npm run users -- <subcommand> [words and options of it]

${names.join('\n')}

  --help after a subcommand tells what it understands. Exit codes: 0 done; 1 refused, and nothing was done; 2 not understood; 3 done, but not all of
  it. All is told in docs/command-line.md.`;

await runCommand(async () => {
  const [name, ...parameters] = process.argv.slice(2);
  if (name === '--help' || name === '-h') return console.log(usage);
  if (name === undefined) throw new Refusal(usage, exitCodes.misused);
  const registered = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  if (!registered) throw new Refusal(`There is no subcommand "${name}".\n\n${usage}`, exitCodes.misused);
  readDotEnv(projectFolder);
  const { run } = await registered.load();
  await run(parameters);
});
