import { fileBreaches } from '#lib/passwords/breaches.file.ts';
import { rangeBreaches } from '#lib/passwords/breaches.range.ts';
import { isCommonPassword } from '#lib/passwords/common-passwords.ts';
import { wordsNear } from '#lib/passwords/words-near.ts';
import type { Settings } from '#lib/settings/catalogue.ts';

/** Reads the rules for passwords that users choose from the settings; their length is not among them. */
export function choosingRules(settings: Settings) {
  return {
    isCommonPassword,
    serviceWords: wordsNear([
      settings.MESSAGE_FROM_NAME,
      ...[settings.PUBLIC_URL, settings.ISSUER].map(hostOf),
      settings.MESSAGE_FROM_EMAIL.split('@').at(-1),
    ]),
    breaches: breachesOf(settings),
  };
}

function breachesOf({ BREACHED_PASSWORDS: source, STAGE: stage }: Settings) {
  if (source === 'range') return rangeBreaches({ stage });
  return source === 'file' ? fileBreaches({ stage }) : undefined;
}

/** The host of a URL; what is none stays as it is, as an issuer may be any text. */
const hostOf = (text: string) => (URL.canParse(text) ? new URL(text).hostname : text);
