import { createHash } from 'node:crypto';
import { escapeHtml } from '#lib/html.ts';
import type { Language } from '#lib/language.ts';
import { gateIcon } from './gate-icon.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';

type Page = {
  readonly language: Language;
  readonly title: string;
  /** A sentence below the title, and the text beside both; as HTML. */
  readonly lead: string;
  readonly aside?: string;
  /** The name of the page's list in its JSON, and the id of its first entry. */
  readonly list: string;
  readonly newest: string | undefined;
  /** As HTML. */
  readonly body: string;
  /** The prefix of all paths: empty, or a path such as `/accounts`. */
  readonly prefix: string;
};

const buttons: Readonly<Record<Language, readonly [copy: string, copied: string]>> = {
  en: ['Copy', 'Copied'],
  'zh-CN': ['复制', '已复制'],
};

/** The frame of a page on a developer's machine. */
export function htmlPage({ language, title, lead, aside = '', list, newest = '', body, prefix }: Page): string {
  const [copy, copied] = buttons[language];
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><link rel="icon" type="image/svg+xml" href="${prefix}/favicon.ico"><style>${pageStyle}</style></head>
<body data-list="${list}" data-newest="${escapeHtml(newest)}" data-copy="${copy}" data-copied="${copied}">
<header class="top"><div>${gateIcon}<div class="name"><h1>${escapeHtml(title)}</h1><p class="quiet">${lead}</p></div>${aside}</div></header>
<main>
${body}
</main>
<script>${pageScript}</script></body></html>
`;
}

/** A command to copy. A field and its flag stay on one line if they fit. */
export function htmlCommand(command: string): string {
  const html = escapeHtml(command).replace(/(?<= )-d \S+/g, '<span>$&</span>');
  return `<div class="command"><pre><code>${html}</code></pre></div>`;
}

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The policy of such a page: it may run its one script, call this address and show its icon, and load nothing else. */
export function pageHeaders(more: { readonly style?: string; readonly frames?: string } = {}): Readonly<Record<string, string>> {
  const { style = hashOf(pageStyle), frames = "'none'" } = more;
  const policy = [
    "default-src 'none'",
    `style-src ${style}`,
    `script-src ${hashOf(pageScript)}`,
    "connect-src 'self'",
    "img-src 'self'",
    `frame-src ${frames}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy.join('; ') };
}
