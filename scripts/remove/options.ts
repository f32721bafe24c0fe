import { parseArgs } from 'node:util';
import { readService, readStages } from '#local/project.ts';
import { Refusal } from '#local/refusal.ts';
import { readStageSettings } from '../../plugins/stage-settings.ts';

const usage = `Usage: npm run remove -- --stage <stage> [--yes] [--confirm <stage>] [--region <region>]

Deletes the stack of a stage, with its tables and pictures, unless the stage keeps its data (keepData in stages.yml). It says
what stays, and how to delete that too. It asks for the name of the stage first.

  --yes       do not ask; a stage that keeps its data wants --confirm instead
  --confirm   the name of the stage once more`;

export type RemoveOptions = { readonly stage: string; readonly region: string; readonly isConfirmed: boolean };

/** The options of `npm run remove`, or undefined if only its usage was wanted. */
export function readOptions(): RemoveOptions | undefined {
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean', default: false } as const;
    const { values } = parseArgs({ options: { stage: text, region: text, confirm: text, yes: flag, help: flag } });
    if (values.help) {
      console.log(usage);
      return undefined;
    }
    const { stage, confirm, yes } = values;
    if (!stage) throw new Error('--stage is missing');
    if (stage === 'local') throw new Refusal('The stage local is on this machine: delete its folder, .local');
    if (confirm !== undefined && confirm !== stage) throw new Error(`--confirm is ${confirm}, and the stage ${stage}`);
    if (keepsData(stage) && confirm === undefined) {
      throw new Refusal(
        `The stage ${stage} serves people: its keepData is true. Its API would be gone, and its sessions, API tokens and revocations with it. ` +
          `If that is meant: npm run remove -- --stage ${stage} --confirm ${stage}`,
      );
    }
    return { stage, region: values.region ?? process.env['AWS_REGION'] ?? readService().region, isConfirmed: yes || confirm === stage };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${(error as Error).message}\n\n${usage}`);
  }
}

function keepsData(stage: string): boolean {
  try {
    return readStageSettings(readStages(), stage).keepData;
  } catch (error) {
    throw new Refusal((error as Error).message);
  }
}
