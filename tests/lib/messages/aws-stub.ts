import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { freePort } from '#local/emulators/free-port.ts';
import { listen } from '#local/emulators/listen.ts';

/** A request, as it came. */
export type Asked = { readonly method: string; readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string };
/** The answer; `undefined` is no answer at all. */
export type Answered = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown } | undefined;

/** An HTTP server that records requests and gives the answers it is told. */
export async function startStub(answer: (asked: Asked) => Answered) {
  const asked: Asked[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const { method = '', url = '', headers } = request;
    const one = { method, path: url, headers, body: await text(request) };
    asked.push(one);
    const answered = answer(one);
    if (!answered) return;
    response.writeHead(answered.status, { 'content-type': 'application/json', ...answered.headers });
    response.end(JSON.stringify(answered.body ?? {}));
  });
  const { endpoint, stop } = await listen(server, 0);
  const end = async () => {
    server.closeAllConnections();
    await stop();
  };
  return { endpoint, asked, stop: end };
}

/** An address of this machine that nothing listens at. */
export const nobodysEndpoint = async () => `http://127.0.0.1:${await freePort()}`;
