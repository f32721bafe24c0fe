import { createHash } from 'node:crypto';
import { escapeHtml } from '#lib/html.ts';
import type { KeptLetter } from './letter-store.ts';

/** Asks every two seconds whether there is a letter that this page does not show, and is loaded anew then; what is open stays open till then. */
const script = `setInterval(async()=>{try{
const answer=await fetch(location.href,{headers:{accept:'application/json'}});
const {results}=await answer.json();
if((results[0]?.id??'')!==document.body.dataset.newest)location.reload();
}catch{}},2000)`;

const style = `:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,'PingFang SC','Microsoft YaHei',sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
article{border:1px solid color-mix(in srgb,currentColor 25%,transparent);border-radius:8px;padding:1rem 1.25rem;margin:1rem 0}
header{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:baseline}h2{font-size:1.05rem;margin:.5rem 0}
.channel{font-weight:700;text-transform:uppercase;font-size:.8rem;letter-spacing:.05em}.quiet{opacity:.7;font-size:.9rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;margin:.5rem 0}iframe{width:100%;height:22rem;border:0;border-radius:6px}`;

/** What the browser may do with the page: run the one script there is, ask this address, and load nothing. */
export const lettersPageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; connect-src 'self'; frame-src 'self'; script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
};

/** The page where a developer reads what would have been sent, the newest first. */
export function lettersPage(kept: readonly KeptLetter[]): string {
  const letters = kept.length > 0 ? kept.map(article).join('\n') : '<p>Nothing yet. What would be sent appears here by itself.</p>';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Outbox of this machine</title><style>${style}</style></head>
<body data-newest="${escapeHtml(kept[0]?.letter.id ?? '')}"><h1>Outbox of this machine</h1>
<p class="quiet">What Gatehouse would have sent, the newest first. It is kept for a day, and goes nowhere. For programs: the same address with <code>Accept: application/json</code>.</p>
${letters}
<script>${script}</script></body></html>
`;
}

function article({ letter, keptAt }: KeptLetter): string {
  const { channel, to, template, purpose, language, text } = letter;
  const mail =
    channel === 'email'
      ? `<details><summary>As HTML</summary><iframe sandbox title="The mail as HTML" srcdoc="${escapeHtml(letter.html)}"></iframe></details>`
      : '';
  return `<article lang="${escapeHtml(language)}"><header><span class="channel">${channel}</span><strong>${escapeHtml(to)}</strong>
<span class="quiet" lang="en">${escapeHtml(template)} · ${escapeHtml(purpose)} · ${escapeHtml(language)} · <time datetime="${keptAt.toISOString()}">${keptAt.toISOString().replace('T', ' ').slice(0, 19)} UTC</time></span></header>
${channel === 'email' ? `<h2>${escapeHtml(letter.subject)}</h2>` : ''}<pre>${escapeHtml(text)}</pre>${mail}</article>`;
}
