import { escapeHtml } from '#lib/html.ts';
import type { Language } from '#lib/language.ts';

/** A part of a mail: a paragraph, a code that is set large, or a link. */
export type Piece = { readonly text: string } | { readonly code: string } | { readonly link: string };
type Mail = { readonly language: Language; readonly subject: string; readonly pieces: readonly Piece[]; readonly service: string };

/** A mail as HTML: one column, nothing external. It sets no colours, so dark mode works. */
export function htmlMail({ language, subject, pieces, service }: Mail): string {
  const font =
    "font-family:system-ui,-apple-system,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei',sans-serif;font-size:16px;line-height:1.6";
  return [
    '<!doctype html>',
    `<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`,
    '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">',
    `<title>${escapeHtml(subject)}</title><style>:root{color-scheme:light dark}</style></head>`,
    `<body style="margin:0;padding:24px 16px;${font}"><main style="max-width:34em;margin:0 auto">`,
    `<h1 style="font-size:20px;line-height:1.3;margin:0 0 16px">${escapeHtml(subject)}</h1>`,
    ...pieces.map(htmlOf),
    `<p style="margin:32px 0 0;font-size:14px">${escapeHtml(service)}</p>`,
    '</main></body></html>',
    '',
  ].join('\n');
}

function htmlOf(piece: Piece): string {
  if ('code' in piece) {
    return `<p style="margin:0 0 16px;font-size:32px;line-height:1.2;font-weight:700;letter-spacing:4px;font-family:ui-monospace,Menlo,Consolas,monospace">${escapeHtml(piece.code)}</p>`;
  }
  if ('link' in piece) {
    const link = escapeHtml(piece.link);
    return `<p style="margin:0 0 16px;overflow-wrap:anywhere"><a href="${link}">${link}</a></p>`;
  }
  return `<p style="margin:0 0 16px">${escapeHtml(piece.text)}</p>`;
}
