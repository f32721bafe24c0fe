import { expect, test } from 'vitest';
import { lineSorter } from '#local/start/chatter.ts';

const said = `Starting Offline at stage local (us-east-1)
Scheduling [avatarSweep] cron: [0 0 */1 * *]
{"level":"info","event":"early"}
│   POST   | http://127.0.0.1:3000/register                                   │
Server ready: http://127.0.0.1:3000 🚀
┌──────────────────────────────────────────────────────────────────────────────┐
│   POST   | http://127.0.0.1:3000/token                                      │
└──────────────────────────────────────────────────────────────────────────────┘

GET /health (λ: health)
{"level":"info","event":"request"}
(λ: health) RequestId: 6feb90f3  Duration: 202.52 ms  Billed Duration: 203 ms
Running Authorization function for get /users/me (λ: authorizer)
× Unhandled exception in handler 'login'.
TypeError: Cannot read properties of undefined (reading 'id')
    at find (/app/functions/auth/login.ts:12:3)
(node:12) Warning: something old is used`;

test('the log gets what the functions say, stack traces too, and not what serverless-offline says', () => {
  const sort = lineSorter();
  expect(said.split('\n').filter((line) => sort(line) === 'function')).toEqual([
    '{"level":"info","event":"early"}',
    '{"level":"info","event":"request"}',
    "× Unhandled exception in handler 'login'.",
    "TypeError: Cannot read properties of undefined (reading 'id')",
    '    at find (/app/functions/auth/login.ts:12:3)',
    '(node:12) Warning: something old is used',
  ]);
});
