import { exitCodes, runCommand } from '#local/refusal.ts';
import { canaryFrom, newAccount } from './smoke/account.ts';
import { readOptions } from './smoke/options.ts';
import { type Outcome, stepsAt } from './smoke/steps.ts';
import { tellSmoke } from './smoke/story.ts';

await runCommand(async () => {
  const options = await readOptions();
  if (!options) return;
  const { url, origin, isJson, limitMs } = options;
  const outcomes: Outcome[] = [];
  const steps = stepsAt(url, limitMs, (outcome) => {
    outcomes.push(outcome);
    if (!isJson) console.log(lineOf(outcome));
  });
  await tellSmoke(steps, canaryFrom(process.env) ?? newAccount(), origin);
  if (isJson) console.log(JSON.stringify({ url, isRight: !steps.hasFailed(), steps: outcomes }));
  if (steps.hasFailed()) process.exitCode = exitCodes.refused;
});

function lineOf({ step, isRight, ms, reason }: Outcome): string {
  return isRight ? `ok      ${step} (${ms} ms)` : `FAILED  ${step}: ${reason}`;
}
