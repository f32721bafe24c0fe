import { Agent, request as httpRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { localCredentials } from '#local/emulators/emulator.ts';
import type { AwsRequest, Emulated } from './aws-call.ts';
import type { AwsAnswer } from './aws-refusal.ts';
import { hopByHop } from './http-event.ts';

/**
 * Passes requests on to an emulator, signed with the credentials that emulators know; rejects if it cannot be reached.
 */
export function forwarder(service: Emulated, endpoint: string): (request: AwsRequest) => Promise<AwsAnswer> {
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  const { hostname, port, host } = new URL(endpoint);

  return ({ method, target, headers, body }) =>
    new Promise((resolve, reject) => {
      const kept = Object.entries(headers).filter(([name, value]) => value !== undefined && !hopByHop.has(name));
      const { authorization, 'x-amz-security-token': _token, ...passed } = Object.fromEntries(kept) as Record<string, string>;
      const signed = authorization?.replace(/Credential=[^/]+/, `Credential=${localCredentials.accessKeyId}`);
      const outgoing = httpRequest(
        { agent, hostname, port, method, path: target, headers: { ...passed, host, authorization: signed, 'content-length': body.length } },
        (incoming) => {
          buffer(incoming).then((content) => {
            const answered = Object.entries(incoming.headers).filter(([name]) => !hopByHop.has(name));
            const answer = Object.fromEntries(answered) as Record<string, string | string[]>;
            resolve({ status: incoming.statusCode ?? 500, headers: answer, body: content });
          }, reject);
        },
      );
      outgoing.on('error', (error) => reject(new Error(`${service} cannot be reached: ${error.message}`, { cause: error })));
      outgoing.end(body);
    });
}
