import { type ChosenName, catalogue } from '#lib/settings/catalogue.ts';
import { type SettingText, settingTexts } from './texts.ts';

type Entry = { readonly kind: { readonly expected: string }; readonly default?: string };

const introduction = `# Settings

A setting has the same name everywhere: in \`stages.yml\`, in the environment of a function, and in the code.

- **Deployed stages**: \`stages.yml\` holds the values that differ from the defaults.
- **Your machine**: set an environment variable, or write a file \`.env\` (\`.env.example\` is a start).
- **Mistakes** stop the start. An unknown name, a value that does not fit and two values that contradict each other are all reported at once.
  In \`stages.yml\` every unknown name is refused. An environment has names of other programs, so there a name is refused if it is a setting of
  simplejwt, Django REST Framework, djoser or dj-rest-auth, or if it begins like a setting ([decision](decisions/0109-unknown-settings.md)).
  If another program needs such a name, start with \`env -u NAME npm start\`.
- **Values**: a list is a list in \`stages.yml\`, or a text with commas. A duration without a unit is in seconds.
- **simplejwt**: a setting that simplejwt has means the same here. Settings that are functions there are in \`project/hooks.ts\`
  ([customising.md](customising.md)). \`JSON_ENCODER\` and \`TOKEN_USER_CLASS\` are not used here.

\`npm run docs\` makes this page from \`lib/settings/catalogue.ts\` and \`scripts/settings-doc/texts.ts\`.
`;

/** docs/settings.md, from the catalogue. It leaves out the names of resources, which serverless.yml fills in. */
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
  return simplejwt.why ? `${simplejwt.default}; differs here: ${simplejwt.why}` : simplejwt.default;
}
