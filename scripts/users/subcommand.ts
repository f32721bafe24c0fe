import { readService } from '#local/project.ts';
import { type Command, command, type Options, type Parsed, type Spec, type Values } from '../terminal/command.ts';

/** A subcommand of `npm run users -- <name>`, with the words after its name. */
export type Subcommand = Command;

/** The options of every subcommand. */
const everywhere = { stage: { type: 'string', default: 'local' }, region: { type: 'string' } } as const satisfies Options;

const aboutThem = `
  --stage <stage>     the stage; by default local, the npm start on this machine
  --region <region>   of a deployed stage`;

/** The parsed command line of a subcommand, with the stage that it works on. */
export type Asked<Own extends Options> = Parsed<Own> & { readonly stage: string; readonly region: string };

/** A command that works on a stage. */
export function subcommand<const Own extends Options>({ usage, options, words, run }: Spec<Own, Asked<Own>>): Subcommand {
  return command<Options>({
    usage: `${usage}${aboutThem}`,
    options: { ...options, ...everywhere },
    words,
    async run(asked) {
      const { stage, region = process.env['AWS_REGION'] ?? readService().region } = asked.values as Values<typeof everywhere>;
      await run({ ...asked, values: asked.values as Values<Own>, stage, region });
    },
  });
}
