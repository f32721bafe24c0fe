import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Outcome } from './functions.ts';
import { hopByHop } from './http-event.ts';

/** An answer of the gateway, ready to be written. */
export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
};

/** An answer of the gateway itself: `{"message": …}`, as HTTP APIs send it. */
export function gatewayAnswer(status: number, message: string): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    cookies: [],
    body: Buffer.from(JSON.stringify({ message })),
  };
}

export const internalServerError = gatewayAnswer(500, 'Internal Server Error');

/** Either the answer for the client, or the failure behind the gateway. */
type Answered =
  | { readonly kind: 'answered'; readonly answer: HttpAnswer }
  | { readonly kind: 'failed' | 'timed-out'; readonly reason?: string };

/** Reads the answer of a function in payload format 2.0. */
export function answerOf(outcome: Outcome): Answered {
  if (outcome.kind === 'event-too-large') return { kind: 'answered', answer: gatewayAnswer(413, 'Request Entity Too Large') };
  if (outcome.kind === 'timed-out') return { kind: 'timed-out' };
  const answer = outcome.kind === 'returned' ? fromPayload(outcome.payload) : undefined;
  if (answer) return { kind: 'answered', answer };
  const reasons: Partial<Record<Outcome['kind'], string>> = {
    returned: 'its answer is not one of an HTTP API: check statusCode, headers, cookies and body',
    'answer-too-large': 'its answer is larger than 6 MB',
  };
  const reason = reasons[outcome.kind];
  return { kind: 'failed', ...(reason && { reason }) };
}

type Structured = {
  readonly statusCode?: unknown;
  readonly headers?: unknown;
  readonly cookies?: unknown;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
};

/** `undefined` if the function's answer does not have the format that AWS requires. */
function fromPayload(payload: string): HttpAnswer | undefined {
  const value: unknown = JSON.parse(payload);
  const isStructured = typeof value === 'object' && value !== null && 'statusCode' in value;
  if (!isStructured) {
    // AWS: "API Gateway makes the following assumptions if your function returns valid JSON and doesn't return a statusCode".
    const text = typeof value === 'string' ? value : payload;
    return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body: Buffer.from(text) };
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = value as Structured;
  const status = Number(statusCode);
  const plain = headersOf(headers ?? {});
  const hasFormat = Number.isInteger(status) && status >= 200 && status < 600 && plain && typeof (body ?? '') === 'string';
  if (!hasFormat || !Array.isArray(cookies ?? [])) return undefined;
  if (!((cookies ?? []) as unknown[]).every((cookie) => canBeSent('set-cookie', String(cookie)))) return undefined;
  const bytes = Buffer.from(String(body ?? ''), isBase64Encoded === true ? 'base64' : 'utf8');
  const typed = bytes.length > 0 ? { 'content-type': 'text/plain;charset=UTF-8', ...plain } : plain;
  return { status, headers: typed, cookies: ((cookies ?? []) as unknown[]).map(String), body: bytes };
}

/** Lower-case names. The gateway sets the length and the headers of the connection itself. */
function headersOf(headers: object): Record<string, string> | undefined {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  if (entries.some(([, value]) => !['string', 'number', 'boolean'].includes(typeof value))) return undefined;
  if (!entries.every(([name, value]) => canBeSent(name, String(value)))) return undefined;
  const kept = entries.filter(([name]) => !hopByHop.has(name) && name !== 'content-length');
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

function canBeSent(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
