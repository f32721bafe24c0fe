import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Debian's own Python, which Debian's packages are installed for. */
const python = '/usr/bin/python3';
const program = fileURLToPath(new URL('../simplejwt/project.py', import.meta.url));

/** Whether Debian's python3-djangorestframework-simplejwt and its dependencies are installed. */
export const hasSimplejwt: boolean = (() => {
  try {
    execFileSync(python, ['-c', 'import rest_framework_simplejwt, cryptography'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

type Asked = { readonly method: string; readonly path: string; readonly body?: string; readonly type?: string; readonly headers?: object };
export type Answered = { readonly status: number; readonly headers: Record<string, string>; readonly body: unknown };

/**
 * Starts the real simplejwt behind Django's test client, which answers one request at a time. Lifetimes are in seconds.
 */
export async function startSimplejwt(SIMPLE_JWT: Readonly<Record<string, unknown>>) {
  const child = spawn(python, [program, JSON.stringify({ SIMPLE_JWT })], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the Django project has ended');
    return JSON.parse(value) as Answered;
  };
  await next();
  let turn: Promise<unknown> = Promise.resolve();
  const send = async (words: object): Promise<Answered> => {
    const answer = turn.then(async () => {
      child.stdin.write(`${JSON.stringify(words)}\n`);
      return await next();
    });
    turn = answer.catch(() => undefined);
    return await answer;
  };
  return {
    ask: async (asked: Asked) => await send(asked),
    post: async (path: string, body: object) => await send({ method: 'POST', path, body: JSON.stringify(body) }),
    /** Sends the token through simplejwt's own JWTAuthentication. */
    userInfo: async (access: string) => await send({ method: 'GET', path: '/userInfo/', headers: { authorization: `Bearer ${access}` } }),
    addUser: async (user: object) => await send({ user }),
    async stop() {
      const ended = once(child, 'close');
      child.stdin.end();
      await ended;
    },
  };
}
