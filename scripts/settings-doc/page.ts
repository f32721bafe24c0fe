import { type ChosenName, catalogue } from '#lib/settings/catalogue.ts';
import { type SettingText, settingTexts } from './texts.ts';

type Entry = { readonly kind: { readonly expected: string }; readonly default?: string };

const introduction = `# Settings

A setting has one name everywhere: in \`stages.yml\`, in the environment of a function, and in the code. \`stages.yml\` holds what differs from
the defaults, per stage; locally any of them can be given as an environment variable, or in a file \`.env\` (\`.env.example\`). They are parsed once; an unknown name, a value that
does not fit or two that contradict each other stop the start, all of them named at once. This page is made from \`lib/settings/catalogue.ts\` and
\`scripts/settings-doc/texts.ts\` by \`npm run settings-doc\`.

Names that simplejwt has mean what they mean there. Its functions stand in \`project/hooks.ts\` ([hooks.md](hooks.md)); \`JSON_ENCODER\` and
\`TOKEN_USER_CLASS\` have no use here. A list may be one in \`stages.yml\`, or a text with commas; a duration without a letter is in seconds.
`;

/** docs/settings.md, from the catalogue. Names of resources, which serverless.yml fills in, are left out. */
export function settingsPage(): string {
  const rows = Object.entries<Entry>(catalogue)
    .filter(([, { default: fallback }]) => fallback !== undefined)
    .map(([name, entry]) => {
      const text = settingTexts[name as ChosenName];
      return [`\`${name}\``, value(entry.default), entry.kind.expected, text.effect, comparison(text)];
    });
  const lines = [['setting', 'default', 'takes', 'effect', 'in simplejwt'], ['---', '---', '---', '---', '---'], ...rows];
  return `${introduction}\n${lines.map((cells) => `| ${cells.map(escaped).join(' | ')} |`).join('\n')}\n`;
}

const escaped = (cell: string) => cell.replaceAll('|', '\\|');
const value = (text = '') => (text === '' ? 'empty' : `\`${text.replaceAll(',', ', ')}\``);

function comparison({ simplejwt }: SettingText): string {
  if (!simplejwt) return '–';
  return simplejwt.why ? `${simplejwt.default}; here otherwise: ${simplejwt.why}` : simplejwt.default;
}
