import { escapeHtml } from '#lib/html.ts';
import type { Language } from '#lib/language.ts';
import type { KeptLetter } from '#lib/messages/letter-store.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { firstSteps } from './first-steps.ts';
import { codeCommands } from './home.ts';
import { homeWords } from './home-words.ts';
import { lettersWords } from './letters-words.ts';
import { htmlCommand, htmlPage, pageHeaders } from './page.ts';

/** The URL of the service, without a slash at the end, and its settings. */
type Place = { readonly url: string; readonly settings: Pick<Settings, 'API_PREFIX' | 'CODE_RESEND_AFTER' | 'HUMAN_CHECK_CODES'> };

/** The policy of every page, and mails in frames with their own styles. */
export const lettersPageHeaders = pageHeaders({ style: "'unsafe-inline'", frames: "'self'" });

/** The page with the messages that were not sent, newest first. */
export function lettersPage(kept: readonly KeptLetter[], language: Language, { url, settings }: Place): string {
  const words = lettersWords[language];
  const articles = kept.map((each, index) => article(each, language, gapAfter(kept, index, settings.CODE_RESEND_AFTER)));
  return htmlPage({
    language,
    title: words.title,
    lead: `${words.lead} ${words.programs} <code>Accept: application/json</code>`,
    aside: `<nav><a href="${settings.API_PREFIX}/">${words.home}</a></nav>`,
    list: 'results',
    newest: kept[0]?.letter.id,
    prefix: settings.API_PREFIX,
    body: `<div class="letters">${articles.length > 0 ? articles.join('\n') : nothing(language, url, settings.HUMAN_CHECK_CODES)}</div>`,
  });
}

function nothing(language: Language, url: string, codeCheck: Settings['HUMAN_CHECK_CODES']): string {
  const words = lettersWords[language];
  const { checks } = homeWords[language];
  const [register = ''] = firstSteps(url);
  const other = codeCheck === 'off' ? 'always' : 'off';
  return `<section class="card"><h2>${words.nothing}</h2><p class="quiet">${words.appears}</p>
${htmlCommand(register)}${htmlCommand(codeCommands(url)[0])}<p class="quiet">${checks[codeCheck]}</p>${htmlCommand(`HUMAN_CHECK_CODES=${other} npm start`)}</section>`;
}

/**
 * The time until which no other code goes to the address of a message. Undefined if it has none, or is not the newest
 * one.
 */
function gapAfter(kept: readonly KeptLetter[], index: number, gapSeconds: number): Date | undefined {
  const isOfCodes = ({ letter }: KeptLetter) => ['code', 'reset-link', 'account-exists'].includes(letter.template);
  const one = kept[index];
  if (!one || gapSeconds === 0 || !isOfCodes(one)) return undefined;
  const isNewest = !kept.slice(0, index).some((other) => isOfCodes(other) && other.letter.to === one.letter.to);
  return isNewest ? new Date(one.keptAt.getTime() + 1000 * gapSeconds) : undefined;
}

const timeOf = (at: Date) => at.toISOString().replace('T', ' ').slice(0, 19);

function article({ letter, keptAt }: KeptLetter, pageLanguage: Language, gapUntil: Date | undefined): string {
  const words = lettersWords[pageLanguage];
  const { channel, to, template, purpose, language, text } = letter;
  const mail =
    channel === 'email'
      ? `<details lang="${pageLanguage}"><summary>${words.asHtml}</summary><iframe sandbox title="${words.mailTitle}" srcdoc="${escapeHtml(letter.html)}"></iframe></details>`
      : '';
  const about = [template, purpose, language].map(escapeHtml).join(' · ');
  const gap = gapUntil ? `<p class="quiet note" lang="${pageLanguage}">${words.gap(timeOf(gapUntil).slice(11))}</p>` : '';
  return `<article lang="${escapeHtml(language)}"><header><span class="tag">${channel}</span><strong><bdi>${escapeHtml(to)}</bdi></strong>
<span class="quiet" lang="en">${about} · <time datetime="${keptAt.toISOString()}">${timeOf(keptAt)} UTC</time></span></header>
${channel === 'email' ? `<h2>${escapeHtml(letter.subject)}</h2>` : ''}<pre>${escapeHtml(text)}</pre>${mail}${gap}</article>`;
}
