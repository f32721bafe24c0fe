import { parseArgs } from 'node:util';
import { Refusal, runCommand } from '#local/refusal.ts';
import { measureCalls } from './bench/calls.ts';
import { measureCaptcha } from './bench/captcha.ts';
import { measureDirectory } from './bench/directory.ts';
import { measureExistence } from './bench/existence.ts';
import { measureLoads } from './bench/load.ts';
import { measurePasswords } from './bench/passwords.ts';
import { measurePictures } from './bench/pictures.ts';
import { measureRevocation } from './bench/revocation.ts';
import { type Row, table } from './bench/row.ts';
import { measureStart } from './bench/start.ts';

const suites: Readonly<Record<string, (users: number) => Promise<Row[]>>> = {
  calls: measureCalls,
  revocation: measureRevocation,
  existence: measureExistence,
  load: measureLoads,
  passwords: measurePasswords,
  directory: measureDirectory,
  pictures: measurePictures,
  captcha: measureCaptcha,
  start: measureStart,
};

const usage = `Usage: npm run bench [-- --only <${Object.keys(suites).join(' | ')}>] [--users 1000000]

Measures the packaged functions on this machine and prints one table: figure, baseline, ratio, budget, verdict. Times are medians
of 21 rounds in turn. A run is void if the baseline differs from itself by more than 5 %, because the machine was busy. Lists
are read among --users users (100,000).`;

await runCommand(async () => {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, users: { type: 'string', default: '100000' }, help: { type: 'boolean' } },
  });
  if (values.help) return console.log(usage);
  const chosen = values.only === undefined ? Object.keys(suites) : [values.only];
  const rows: Row[] = [];
  for (const name of chosen) {
    const measure = suites[name];
    if (!measure) throw new Refusal(`Unknown suite ${name}.\n\n${usage}`);
    process.stderr.write(`${name} …\n`);
    rows.push(...(await measure(Number(values.users))));
  }
  console.log(table(rows));
});
