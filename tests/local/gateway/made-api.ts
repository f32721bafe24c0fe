import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Functions, type FunctionsOptions, startFunctions } from '#local/gateway/functions.ts';
import { startHttpApi } from '#local/gateway/http-api.ts';
import { readApi } from '#local/gateway/http-api-template.ts';
import { resolveTemplate } from '#local/gateway/template.ts';
import { type MadeStack, madeStack } from './made-stack.ts';

/** A handler that answers with the event it was given. */
export const echo = 'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });';

export type MadeApi = {
  readonly url: string;
  readonly functions: Functions;
  /** Sends a request exactly as it is written here, which `fetch` would not. */
  send(method: string, target: string, headers?: readonly string[], body?: string | Buffer): Promise<Answered>;
  /** The same, to a function that echoes its event. */
  // biome-ignore lint/suspicious/noExplicitAny: an event is looked into freely
  eventOf(method: string, target: string, headers?: readonly string[], body?: string | Buffer): Promise<any>;
  stop(): Promise<void>;
};
type Answered = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly bytes: Buffer;
};

type Limits = Pick<FunctionsOptions, 'instances' | 'inAll'>;

/** Serves a temporary stack, without services behind its functions. */
export async function madeApi(stack: MadeStack, { instances = 4, ...more }: Limits = {}): Promise<MadeApi> {
  const { directory, template: compiled, remove } = await madeStack(stack);
  const template = resolveTemplate(compiled);
  const functions = startFunctions({ template, directory, environment: { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' }, instances, ...more });
  const api = readApi(template, functions);
  const server = await startHttpApi({ api: () => api, functions });
  const send: MadeApi['send'] = (...call) => sendTo(server.url, ...call);
  return {
    url: server.url,
    functions,
    send,
    eventOf: async (...call) => JSON.parse((await send(...call)).body),
    async stop() {
      await server.stop();
      functions.stop();
      await remove();
    },
  };
}

function sendTo(url: string, method: string, path: string, headers: readonly string[] = [], body?: string | Buffer): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const length = body === undefined ? [] : ['content-length', String(Buffer.byteLength(body))];
    const outgoing = request({ hostname, port, method, path, headers: ['host', 'client.example', ...length, ...headers] }, (incoming) => {
      buffer(incoming).then((bytes) => {
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: bytes.toString(), bytes });
      }, reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
