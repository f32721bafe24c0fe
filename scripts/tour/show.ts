import { styleText } from 'node:util';
import type { Answer, Request } from './exchange.ts';

type Style = Parameters<typeof styleText>[0];

/** Colours are for terminals without NO_COLOR; `styleText` checks that. */
const styled = (style: Style, text: string) => styleText(style, text, { stream: process.stdout });
const indented = (text: string) => text.replace(/^(?=.)/gm, '    ');

/** The headers of an answer that are of interest to a reader. */
const telling = ['location', 'www-authenticate', 'retry-after', 'etag', 'cache-control'];

export function showTitle(number: number, title: string, why: string): void {
  console.log(`\n${styled('bold', `${number}. ${title}`)}\n${styled('dim', why)}\n`);
}

export function showRequest({ method, path, token, headers = {}, json, file }: Request): void {
  const lines = [
    styled('cyan', `${method} ${path}`),
    ...(token ? [`authorization: Bearer ${shorten(token)}`] : []),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(json ? [pretty(json)] : []),
    ...(file ? [`${file.field}: ${file.name} (${file.type}, ${file.bytes.length.toLocaleString('en')} bytes)`] : []),
  ];
  console.log(indented(lines.join('\n')));
}

export function showAnswer({ status, statusText, headers, bytes, json }: Answer, note?: string): void {
  const isPersonal = headers.get('cache-control') === 'no-store';
  const told = telling.filter((name) => headers.has(name) && !(name === 'cache-control' && isPersonal));
  const body = json === undefined ? describeBytes(bytes, headers) : [pretty(json)];
  const lines = [
    styled(status < 400 ? 'green' : 'yellow', `${status} ${statusText}`),
    ...told.map((name) => `${name}: ${headers.get(name)}`),
    ...body,
    ...(note ? [styled('dim', note)] : []),
  ];
  console.log(`\n${indented(lines.join('\n'))}`);
}

function describeBytes(bytes: Uint8Array, headers: Headers): string[] {
  return bytes.length === 0 ? [] : [`${headers.get('content-type')}, ${bytes.length.toLocaleString('en')} bytes`];
}

/** Indented JSON with shortened tokens, because a reader does not need their middle. */
function pretty(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => (typeof member === 'string' ? shorten(member) : member), 2);
}

function shorten(text: string): string {
  return /^[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}$/.test(text) ? `${text.slice(0, 10)}…${text.slice(-6)}` : text;
}
