import { parseArgs } from 'node:util';
import { readService } from '#local/project.ts';
import { Refusal } from '#local/refusal.ts';
import { outputOf, stackCalled, withCloudFormation } from '../stage/cloudformation.ts';
import { settingsOfStage } from '../stage/settings-of-stage.ts';

const usage = `Usage: npm run smoke -- --url <address> [--origin <origin>] [--json] [--timeout <seconds>]
       npm run smoke -- --stage <stage> [--region <region>] [--json] [--timeout <seconds>]

Signs a new user up, in and out at a stage, shows a picture, and deletes the user again, also after a failure. It prints a line
a step, and fails if a step does, or if all take longer than the time (20 seconds).

  --url       the address of the API, with API_PREFIX
  --stage     ask CloudFormation for the address, and stages.yml for an origin of CORS_ORIGINS
  --origin    the origin of a web client that the stage lets in
  --json      print one JSON document instead of lines

SMOKE_USERNAME and SMOKE_PASSWORD name an account that is there and stays, for stages that ask each newcomer for a human check.`;

export type SmokeOptions = {
  readonly url: string;
  readonly origin: string | undefined;
  readonly isJson: boolean;
  readonly limitMs: number;
};

/** The options of `npm run smoke`, or undefined if only its usage was wanted. */
export async function readOptions(): Promise<SmokeOptions | undefined> {
  const values = parsed();
  if (values.help) {
    console.log(usage);
    return undefined;
  }
  const seconds = Number(values.timeout);
  if (!(seconds > 0)) throw misused('--timeout has to be a number of seconds');
  if (Boolean(values.url) === Boolean(values.stage)) throw misused('Give --url or --stage');
  const more = { isJson: values.json, limitMs: seconds * 1000 };
  if (values.stage)
    return { ...(await placeOf(values.stage, values.region ?? process.env['AWS_REGION'] ?? readService().region)), ...more };
  const { url = '', origin } = values;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw misused(`"${url}" is not a URL`);
  return { url: url.replace(/\/+$/, ''), origin, ...more };
}

const misused = (line: string) => new Refusal(`${line}\n\n${usage}`);

function parsed() {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      options: { url: text, stage: text, region: text, origin: text, json: flag, timeout: { ...text, default: '20' }, help: flag },
    }).values;
  } catch (error) {
    throw misused((error as Error).message);
  }
}

/** The address of a stage as CloudFormation tells it, and an exact origin of its web clients. */
async function placeOf(stage: string, region: string): Promise<{ url: string; origin: string | undefined }> {
  const settings = settingsOfStage(stage);
  const name = `${readService().name}-${stage}`;
  const url = await withCloudFormation(region, async (client) => {
    const stack = await stackCalled(client, name);
    if (!stack) throw new Refusal(`There is no stack ${name} in ${region}: deploy the stage first, or name another --region`);
    return outputOf(stack, 'HttpApiUrl');
  });
  if (!url) throw new Refusal(`The stack ${name} has no output HttpApiUrl`);
  return { url: `${settings.PUBLIC_URL || url}${settings.API_PREFIX}`, origin: settings.CORS_ORIGINS.find((each) => !each.includes('*')) };
}
