import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Thrown } from '#local/functions/messages.ts';
import { gatewayAnswer, type HttpAnswer } from '#local/gateway/http-answer.ts';
import type { Failure } from '#local/gateway/http-api.ts';
import { projectFolder } from '#local/project.ts';

/** Characters of an error on the terminal. */
const mostShown = 2000;

/**
 * Answers a failure behind the gateway with a problem document (RFC 9457) that names the function. API Gateway answers
 * `{"message": "Internal Server Error"}` or `{"message": "Service Unavailable"}`, which does not help a developer.
 */
export function explainFailure({ kind, functionName, isAuthorizer, reason }: Failure): HttpAnswer {
  const [status, title] = kind === 'timed-out' ? [504, 'Gateway Timeout'] : [500, 'Internal Server Error'];
  const code = kind === 'timed-out' ? 'function_timed_out' : 'function_failed';
  const what = isAuthorizer ? `The authorizer (function ${nameOf(functionName)})` : `The function ${nameOf(functionName)}`;
  const did =
    kind === 'timed-out' ? 'took longer than it may on AWS.' : `failed${reason ? `: ${reason}` : ''}. The terminal and the log say why.`;
  const { headers, ...answer } = gatewayAnswer(status, '');
  const body = JSON.stringify({ type: 'about:blank', title, status, code, detail: `${what} ${did}` });
  return { ...answer, headers: { ...headers, 'content-type': 'application/problem+json' }, body: Buffer.from(body) };
}

const nameOf = (functionName: string) => functionName.split(':').at(-1) ?? functionName;

/**
 * Describes an error for the terminal: file and line in this project, the message, and for a syntax error the code around it, as Node prints
 * it.
 */
export function describeThrown(thrown: Thrown): string {
  if (thrown.name === 'SettingsError') return thrown.message; // it says what to write where
  const place = placeOf(thrown);
  const what = thrown.name === 'Error' ? thrown.message : `${thrown.name}: ${thrown.message}`;
  const lines = thrown.stack.split('\n');
  const end = lines.findIndex((line) => line.startsWith('SyntaxError'));
  const frame = placeIn(lines[0] ?? '') && end > 0 ? lines.slice(1, end).filter((line) => line.trim() !== '') : [];
  const shown = stripVTControlCharacters([`${place ? `${place}  ` : ''}${what}`, ...frame.map((line) => `    ${line}`)].join('\n'));
  return shown.length > mostShown ? `${shown.slice(0, mostShown)} …` : shown;
}

/** The place in this project where an error was thrown, such as `lib/wording.ts:12:3`; undefined if its stack has none. */
export function placeOf({ stack }: Thrown): string | undefined {
  return stack
    .split('\n')
    .map(placeIn)
    .find((place) => place !== undefined);
}

/** The place in one line of a stack, unless it is in node_modules. */
function placeIn(line: string): string | undefined {
  const [, path, position] = /(?:^|\(|at )((?:file:\/\/)?\/[^\s():]+):(\d+(?::\d+)?)\)?$/.exec(line.trim()) ?? [];
  if (!path) return undefined;
  const file = relative(projectFolder, path.startsWith('file:') ? fileURLToPath(path) : path);
  return file.startsWith('..') || file.includes('node_modules') ? undefined : `${file}:${position}`;
}
