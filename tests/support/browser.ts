import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of Chromium from CHROMIUM or PATH; undefined if there is none. */
export const chromium: string | undefined = [
  process.env['CHROMIUM'] ?? '',
  ...(process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name))),
].find((path) => path !== '' && existsSync(path));

export type Page = {
  /** Opens an address and waits until it has loaded. */
  open(url: string): Promise<void>;
  /** Runs an expression in the page and returns its awaited value. */
  run(expression: string): Promise<unknown>;
  /** Runs an expression that leads to another page, and waits until that page has loaded. */
  leave(expression: string): Promise<void>;
};
export type Browser = {
  page(): Promise<Page>;
  /** Quits normally, so that the profile is saved. */
  quit(): Promise<void>;
};

type Message = {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
};
type Options = {
  /** The profile's folder. A browser that is started with it again keeps its cookies. */
  readonly profile: string;
  /** Addresses of invented hosts, such as `{ 'app.test:80': '127.0.0.1:4000' }`. */
  readonly hosts: Readonly<Record<string, string>>;
};

const quietFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Chromium without a window, driven by the DevTools protocol. */
export async function startBrowser({ profile, hosts }: Options): Promise<Browser> {
  const rules = Object.entries(hosts).map(([name, place]) => `MAP ${name} ${place}`);
  const flags = [...quietFlags, '--remote-debugging-port=0', `--user-data-dir=${profile}`, `--host-resolver-rules=${rules.join(',')}`];
  const child = spawn(chromium ?? '', flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const socket = new WebSocket(await debuggerOf(child));
  await once(socket, 'open');

  const waiting = new Map<number, (message: Message) => void>();
  const listeners = new Set<(message: Message) => void>();
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    waiting.get(message.id ?? 0)?.(message);
    for (const hear of listeners) hear(message);
  });
  let count = 0;
  async function send(method: string, params: object, sessionId?: string): Promise<Record<string, unknown>> {
    count += 1;
    const id = count;
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }));
    const { result = {}, error } = await answer;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }
  const heard = (method: string, sessionId: string) =>
    new Promise<void>((resolve) => {
      const hear = (message: Message) => {
        if (message.method !== method || message.sessionId !== sessionId) return;
        listeners.delete(hear);
        resolve();
      };
      listeners.add(hear);
    });

  return {
    async page() {
      const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
      const sessionId = String((await send('Target.attachToTarget', { targetId, flatten: true }))['sessionId']);
      await send('Page.enable', {}, sessionId);
      const run = async (expression: string) => {
        const params = { expression, awaitPromise: true, returnByValue: true };
        const { result, exceptionDetails } = await send('Runtime.evaluate', params, sessionId);
        if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
        return (result as { value?: unknown }).value;
      };
      const untilLoaded = async (act: () => Promise<unknown>) => {
        const loaded = heard('Page.loadEventFired', sessionId);
        await act();
        await loaded;
      };
      return {
        open: (url) => untilLoaded(() => send('Page.navigate', { url }, sessionId)),
        run,
        leave: (expression) => untilLoaded(() => run(expression)),
      };
    },
    async quit() {
      const ended = child.exitCode === null ? once(child, 'exit') : undefined;
      void send('Browser.close', {}); // a browser that closes fast enough never answers
      const overdue = setTimeout(end, 20_000);
      await ended;
      clearTimeout(overdue);
      process.off('exit', end);
    },
  };
}

/** The WebSocket address of DevTools, which Chromium writes to its standard error. */
async function debuggerOf(child: ChildProcess): Promise<string> {
  let written = '';
  return await new Promise((resolve, reject) => {
    child.stderr?.on('data', (chunk) => {
      written += chunk;
      const url = /DevTools listening on (ws:\S+)/.exec(written)?.[1];
      if (url) resolve(url);
    });
    child.once('exit', () => reject(new Error(`Chromium ended before it began:\n${written}`)));
    child.once('error', reject);
  });
}
