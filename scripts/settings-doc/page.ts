import { catalogue } from '../../lib/settings.ts';

type Entry = {
  readonly kind: { readonly expected: string };
  readonly default?: string;
  readonly effect: string;
  readonly simplejwt?: { readonly default: string; readonly why?: string };
};

const introduction = `# Settings

A setting has one name everywhere: in \`stages.yml\`, in the environment of a function, and in the code. \`stages.yml\` holds what differs from
the defaults, per stage; locally any of them can be given as an environment variable. They are parsed once; an unknown name, a value that
does not fit or two that contradict each other stop the start, all of them named at once. This page is made from \`lib/settings.ts\` by
\`npm run settings-doc\`.

Names that simplejwt has mean what they mean there; its functions stand in \`hooks.ts\` ([hooks.md](hooks.md)); its other settings are not here yet.
`;

/** docs/settings.md, from the catalogue. Names of resources, which serverless.yml fills in, are left out. */
export function settingsPage(): string {
  const rows = Object.entries<Entry>(catalogue)
    .filter(([, { default: fallback }]) => fallback !== undefined)
    .map(([name, entry]) => [`\`${name}\``, value(entry.default), entry.kind.expected, entry.effect, comparison(entry)]);
  const lines = [['setting', 'default', 'takes', 'effect', 'in simplejwt'], ['---', '---', '---', '---', '---'], ...rows];
  return `${introduction}\n${lines.map((cells) => `| ${cells.map(escaped).join(' | ')} |`).join('\n')}\n`;
}

const escaped = (cell: string) => cell.replaceAll('|', '\\|');
const value = (text = '') => (text === '' ? 'empty' : `\`${text.replaceAll(',', ', ')}\``);

function comparison({ simplejwt }: Entry): string {
  if (!simplejwt) return '–';
  return simplejwt.why ? `${simplejwt.default}; here otherwise: ${simplejwt.why}` : simplejwt.default;
}
