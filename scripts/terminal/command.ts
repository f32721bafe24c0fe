import { type ParseArgsConfig, parseArgs } from 'node:util';
import { exitCodes, Refusal } from '#local/refusal.ts';

/** A command, run with the words after its name. */
export type Command = { run(parameters: readonly string[]): Promise<void> };

export type Options = NonNullable<ParseArgsConfig['options']>;

/** The options of every command. */
const everywhere = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
} as const satisfies Options;

const aboutThem = `
  --json              answer in JSON
  --help              show this`;

export type Values<Own extends Options> = ReturnType<typeof parseArgs<{ options: Own; args: string[]; allowPositionals: true }>>['values'];

/** A parsed command line: its words, its own options, and the common ones. */
export type Parsed<Own extends Options> = {
  readonly words: readonly string[];
  readonly values: Values<Own>;
  readonly isJson: boolean;
  /** A Refusal for a command line that parses but makes no sense: exit code 2, with the usage. */
  misused(why: string): Refusal;
};

export type Spec<Own extends Options, Asked = Parsed<Own>> = {
  /** The lines of `--help`, without those about the common options. */
  readonly usage: string;
  readonly options: Own;
  /** The names of its words, such as `FILE`; every one is required, but for those in brackets. */
  readonly words: readonly string[];
  run(asked: Asked): Promise<void>;
};

/**
 * A command that parses its declared command line. `--help` shows the usage, and a wrong command line is a Refusal
 * with exit code 2.
 */
export function command<const Own extends Options>({ usage, options, words: names, run }: Spec<Own>): Command {
  const help = `${usage}${aboutThem}`;
  const misused = (why: string) => new Refusal(`${why}\n\n${help}`, exitCodes.misused);
  return {
    async run(parameters) {
      if (parameters.includes('--help') || parameters.includes('-h')) return console.log(help);
      const { values, positionals: words } = parsed(parameters, { ...options, ...everywhere }, misused);
      const missing = names.slice(words.length).find((name) => !name.startsWith('['));
      if (missing !== undefined) throw misused(`${missing} is missing.`);
      if (words.length > names.length) throw misused(`"${words[names.length]}" is an unexpected word.`);
      await run({ words, values: values as Values<Own>, isJson: (values as Values<typeof everywhere>).json, misused });
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
