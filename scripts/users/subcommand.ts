import { type ParseArgsConfig, parseArgs } from 'node:util';
import { readService } from '#local/project.ts';
import { exitCodes, Refusal } from '#local/refusal.ts';

/** A subcommand of `npm run users -- <name>`, with the words after its name. */
export type Subcommand = { run(parameters: readonly string[]): Promise<void> };

type Options = NonNullable<ParseArgsConfig['options']>;

/** The options of every subcommand. */
const everywhere = {
  stage: { type: 'string', default: 'local' },
  region: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
} as const satisfies Options;

const aboutThem = `
  --stage <stage>     the stage; by default local, the npm start on this machine
  --region <region>   of a deployed stage
  --json              answer in JSON
  --help              show this`;

type Values<Own extends Options> = ReturnType<typeof parseArgs<{ options: Own; args: string[]; allowPositionals: true }>>['values'];

/** The parsed command line of a subcommand: its words, its own options, and the common ones. */
export type Asked<Own extends Options> = {
  readonly words: readonly string[];
  readonly values: Values<Own>;
  readonly stage: string;
  readonly region: string;
  readonly isJson: boolean;
  /** A Refusal for a command line that parses but makes no sense: exit code 2, with the usage. */
  misused(why: string): Refusal;
};

type Spec<Own extends Options> = {
  /** The lines of `--help`, without those about the common options. */
  readonly usage: string;
  readonly options: Own;
  /** The names of its words, such as `FILE`; every one is required, but for those in brackets. */
  readonly words: readonly string[];
  run(asked: Asked<Own>): Promise<void>;
};

/**
 * A subcommand that parses its declared command line. `--help` shows the usage, and a wrong command line is a Refusal
 * with exit code 2.
 */
export function subcommand<const Own extends Options>({ usage, options, words: names, run }: Spec<Own>): Subcommand {
  const help = `${usage}${aboutThem}`;
  const misused = (why: string) => new Refusal(`${why}\n\n${help}`, exitCodes.misused);
  return {
    async run(parameters) {
      if (parameters.includes('--help') || parameters.includes('-h')) return console.log(help);
      const { values, positionals: words } = parsed(parameters, { ...options, ...everywhere }, misused);
      const missing = names.slice(words.length).find((name) => !name.startsWith('['));
      if (missing !== undefined) throw misused(`${missing} is missing.`);
      if (words.length > names.length) throw misused(`"${words[names.length]}" is an unexpected word.`);
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
