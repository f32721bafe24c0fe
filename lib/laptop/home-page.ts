import { escapeHtml } from '#lib/html.ts';
import type { Language } from '#lib/language.ts';
import type { User } from '#lib/users/user.ts';
import { firstSteps } from './first-steps.ts';
import { codeCommands, type Home, superuserCommand } from './home.ts';
import { homeWords } from './home-words.ts';
import { htmlCommand, htmlPage } from './page.ts';

type Words = (typeof homeWords)[Language];

/** The page at `/` of a developer's machine. All user input is shown as text. */
export function homePage(home: Home, language: Language): string {
  const words = homeWords[language];
  const { name, stage, url, users } = home;
  const prefix = new URL(url).pathname.replace(/\/$/, '');
  return htmlPage({
    ...{ language, title: name, lead: words.lead, list: 'users', newest: users[0]?.id, prefix: escapeHtml(prefix) },
    aside: `<dl class="facts">${fact(words.stage, escapeHtml(stage))}${fact(words.address, escapeHtml(url))}</dl>`,
    body: `<div class="grid">
<div class="stack">${tryIt(home, words)}${codes(home, words)}</div>
<div class="stack">${lookAround(escapeHtml(prefix), words)}${further(words)}</div>
${people(home, words)}
</div>`,
  });
}

const fact = (term: string, html: string) => `<div><dt>${term}</dt><dd>${html}</dd></div>`;

function steps(list: 'ol' | 'ul', names: readonly string[], commands: readonly string[]): string {
  const items = commands.map((command, index) => `<li><h3>${names[index]}</h3>${htmlCommand(command)}</li>`);
  return `<${list} class="steps">${items.join('\n')}</${list}>`;
}

function tryIt({ url }: Home, { tryIt: title, paste, steps: names }: Words): string {
  return `<section class="card"><h2>${title}</h2><p class="quiet">${paste}</p>${steps('ol', names, firstSteps(url))}</section>`;
}

function codes({ url, codeCheck }: Home, { codes: title, readCode, codeSteps, checks }: Words): string {
  const other = codeCheck === 'off' ? 'always' : 'off';
  return `<section class="card"><h2>${title}</h2><p class="quiet">${readCode}</p>${steps('ul', codeSteps, codeCommands(url))}
<p class="quiet">${checks[codeCheck]}</p>${htmlCommand(`HUMAN_CHECK_CODES=${other} npm start`)}</section>`;
}

function lookAround(prefix: string, { lookAround: title, outbox, openapi, keys, health }: Words): string {
  const links = [
    ['/dev/outbox/', outbox],
    ['/openapi.json', openapi],
    ['/.well-known/jwks.json', keys],
    ['/health/', health],
  ] as const;
  const items = links.map(([path, [name, text]]) => `<li><a href="${prefix}${path}">${name}</a><p class="quiet">${text}</p></li>`);
  return `<nav class="card" aria-labelledby="links"><h2 id="links">${title}</h2><ul class="links">${items.join('\n')}</ul></nav>`;
}

function further({ superuser, mayDo, further: title, tour, usersCommand }: Words): string {
  return `<section class="card"><h2>${superuser}</h2><p class="quiet">${mayDo}</p>${htmlCommand(superuserCommand)}</section>
<section class="card"><h2>${title}</h2><ul class="links"><li><code>npm run tour</code><p class="quiet">${tour}</p></li>
<li><code>npm run users -- --help</code><p class="quiet">${usersCommand}</p></li></ul></section>`;
}

function people({ users, hasMoreUsers }: Home, words: Words): string {
  const { name, email, roles, joined } = words.columns;
  const head = [name, email, roles, joined].map((column) => `<th scope="col">${column}</th>`).join('');
  const table = `<table><thead><tr>${head}</tr></thead><tbody>${users.map((user) => person(user, words)).join('\n')}</tbody></table>`;
  const more = hasMoreUsers ? `<p class="quiet">${words.more} <code>npm run users -- list</code></p>` : '';
  const shown = users.length > 0 ? `${table}${more}` : `<p class="quiet">${words.nobody}</p>`;
  return `<section class="card wide"><h2>${words.users}</h2>${shown}</section>`;
}

/** A name that changes the direction of writing changes only its own (`bdi`). */
function person(user: User, { columns, isSuperuser, isSuspended }: Words): string {
  const { name, username, email, roles, dateJoined } = user;
  const tags = [...(user.isSuperuser ? [isSuperuser] : []), ...roles.map(escapeHtml), ...(user.isActive ? [] : [isSuspended])].map(
    (tag) => `<span class="tag"><bdi>${tag}</bdi></span>`,
  );
  const at = dateJoined.toISOString();
  return `<tr><td><strong><bdi>${escapeHtml(name)}</bdi></strong> <span class="quiet"><bdi>${escapeHtml(username)}</bdi></span></td>
<td data-label="${columns.email}"><bdi>${escapeHtml(email)}</bdi></td>
<td data-label="${columns.roles}"${tags.length > 0 ? '' : ' class="none"'}><span>${tags.join(' ')}</span></td>
<td data-label="${columns.joined}"><time datetime="${at}">${at.slice(0, 16).replace('T', ' ')} UTC</time></td></tr>`;
}
