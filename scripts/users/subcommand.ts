import { type ParseArgsConfig, parseArgs } from 'node:util';
import { readService } from '#local/project.ts';
import { exitCodes, Refusal } from '#local/refusal.ts';

/** One of the things that `npm run users -- <name>` does, with what is typed behind the name. */
export type Subcommand = { run(parameters: readonly string[]): Promise<void> };

type Options = NonNullable<ParseArgsConfig['options']>;

/** What every subcommand understands beside its own options. */
const everywhere = {
  stage: { type: 'string', default: 'local' },
  region: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
} as const satisfies Options;

const aboutThem = `
  --stage <stage>     local, which is the npm start that runs on this machine, unless said otherwise
  --region <region>   of a deployed stage
  --json              answer in JSON
  --help              this`;

type Values<Own extends Options> = ReturnType<typeof parseArgs<{ options: Own; args: string[]; allowPositionals: true }>>['values'];

/** What was asked of a subcommand: its words, its own options, and those that all have. */
export type Asked<Own extends Options> = {
  readonly words: readonly string[];
  readonly values: Values<Own>;
  readonly stage: string;
  readonly region: string;
  readonly isJson: boolean;
  /** The command line is wrong for a reason that parsing does not see: exit code 2, with the usage. */
  misused(why: string): Refusal;
};

type Spec<Own extends Options> = {
  /** The lines of `--help`, without those about what all subcommands understand. */
  readonly usage: string;
  readonly options: Own;
  /** The names of the words it takes, such as `FILE`; every one is needed. */
  readonly words: readonly string[];
  run(asked: Asked<Own>): Promise<void>;
};

/** A subcommand that reads its command line as declared; `--help` shows how it is used, and what does not fit is a Refusal with exit code 2. */
export function subcommand<const Own extends Options>({ usage, options, words: names, run }: Spec<Own>): Subcommand {
  const help = `${usage}${aboutThem}`;
  const misused = (why: string) => new Refusal(`${why}\n\n${help}`, exitCodes.misused);
  return {
    async run(parameters) {
      if (parameters.includes('--help') || parameters.includes('-h')) return console.log(help);
      const { values, positionals: words } = parsed(parameters, { ...options, ...everywhere }, misused);
      const missing = names[words.length];
      if (missing !== undefined) throw misused(`${missing} is missing.`);
      if (words.length > names.length) throw misused(`"${words[names.length]}" is one word too many.`);
      const { stage, region = process.env['AWS_REGION'] ?? readService().region, json } = values as Values<typeof everywhere>;
      await run({ words, values: values as Values<Own>, stage, region, isJson: json, misused });
    },
  };
}

function parsed(parameters: readonly string[], options: Options, misused: (why: string) => Refusal) {
  try {
    return parseArgs({ args: [...parameters], options, allowPositionals: true });
  } catch (error) {
    throw misused((error as Error).message);
  }
}
