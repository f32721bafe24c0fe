import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { subcommands } from '../../scripts/users/subcommands.ts';
import { mailOf, unlimitedCodes } from './mail.ts';
import { sharedGateway } from './shared-gateway.ts';
import { type Body, newUser, post, read, type SignedInUser, signedInUser, signIn } from './users.ts';

const settings = { ...unlimitedCodes, LOGIN_RATE_ACCOUNT: '100/15m', CHANGE_UNDO_URL: 'http://localhost:3000/undo#{token}' };
const { gateway, tables } = await sharedGateway({ stage: 'local', settings });
const mail = mailOf(gateway, tables);

type Kind = 'email' | 'mobile';
type Row = readonly string[];

/** The table of docs/ownership.md that says what a proof does. */
const page = readFileSync(new URL('../../docs/ownership.md', import.meta.url), 'utf8');
const [, after = ''] = page.split('## What a proof does');
const [table = ''] = after.split('\n##');
const rows: Row[] = table
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| on the account'))
  .map((line) => line.slice(1, -1).split('|'))
  .map((cells) => cells.map((cell) => cell.trim()));

const password = 'the sentence of whoever proved it';
const other = (kind: Kind): Kind => (kind === 'email' ? 'mobile' : 'email');
const bearer = ({ access }: { readonly access: string }) => ({ authorization: `Bearer ${access}` });
const ask = (to: string, purpose: string) => post(gateway, '/codes/', { channel: to.includes('@') ? 'email' : 'sms', to, purpose });
const rowOf = async ({ id }: SignedInUser) => (await tables.get('users', { id })) ?? {};

/** Somebody who has everything that a proof can take away. */
async function settled(): Promise<SignedInUser & { readonly second: string }> {
  const person = await signedInUser(gateway);
  const { access: second } = await signIn(gateway, person);
  await tables.set('users', { id: person.id }, 'x_nickname', 'Mallory');
  await tables.set('users', { id: person.id }, 'avatar', `${'0'.repeat(32)}.webp`);
  const token = { id: 'ab'.repeat(8), hash: 'x', name: 'mine', epoch: 0, created_at: 1 };
  await tables.put('api-tokens', { user_id: person.id, place: 'ab', ...token });
  return { ...person, second };
}

const wayBack = (kind: Kind, before: string | undefined) => ({
  ...{ ref: 'r'.repeat(22), kind, was_verified: before !== undefined, expires_at: Math.floor(Date.now() / 1000) + 3600 },
  ...(before !== undefined && { before }),
});

/** What is on the account before the proof of its address of a kind. */
async function prepare(person: SignedInUser, before: string, kind: Kind): Promise<void> {
  const mark = async (which: Kind) => await tables.set('users', { id: person.id }, `${which}_verified`, true);
  const undos: Record<string, readonly object[]> = {
    'a way back to a proved address': [wayBack('email', newUser().email)],
    'a way back to this very address': [wayBack(kind, person[kind])],
    'nothing proved': [wayBack('mobile', undefined)],
    'this address proved': kind === 'mobile' ? [wayBack('email', newUser().email)] : [],
    'another address proved': [wayBack('mobile', undefined)],
    'this address vouched for': [wayBack('mobile', undefined)],
    'this address vouched for, another proved': kind === 'mobile' ? [wayBack('email', newUser().email)] : [],
  };
  await tables.set('users', { id: person.id }, 'undos', undos[before] ?? []);
  if (before.endsWith('another proved') || before === 'another address proved') await mark(other(kind));
  if (before.startsWith('this address')) await mark(kind);
  if (before.startsWith('this address vouched')) await tables.set('users', { id: person.id }, `${kind}_vouched`, true);
}

async function resetLink(person: SignedInUser): Promise<string> {
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', gateway.endpoints.dynamodb);
  vi.stubEnv('AWS_ENDPOINT_URL_SSM', gateway.endpoints.ssm);
  const printed = vi.spyOn(console, 'log').mockImplementation(() => {});
  await (await subcommands['reset-link']?.load())?.run([person.username, '--json']);
  const [line = ''] = printed.mock.calls.flat().map(String);
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  return JSON.parse(line).token;
}

type Case = { readonly before: string; readonly proved: string; readonly act: string; readonly kind: Kind };

/** Proves it with a code that is right, and tells the status and the address that it was. */
async function prove(person: SignedInUser, { before, proved, act, kind }: Case): Promise<{ status: number; address: string | undefined }> {
  const own = person[kind];
  const chosen = { password, password_confirmation: password };
  if (act === 'handed-over') {
    await prepare(person, before, kind);
    const answer = await post(gateway, '/password/reset/', { token: await resetLink(person), ...chosen });
    return { status: answer.status, address: undefined };
  }
  if (act === 'verify' || act === 'exchange') {
    await prepare(person, before, kind);
    const [path, wish, to] =
      act === 'verify'
        ? ['verify', { channel: kind === 'email' ? 'email' : 'sms' }, own]
        : [kind, { [kind]: newUser()[kind], password: person.password }, ''];
    const address = to || String((wish as Body)[kind]);
    const asked = await post(gateway, `/users/${person.id}/${path}/`, wish, bearer(person));
    expect(asked.status).toBe(200);
    const answer = await post(gateway, `/users/${person.id}/${path}/`, { ...wish, code: await mail.last(address) }, bearer(person));
    return { status: answer.status, address };
  }
  // Asked for while nothing is proved, so that a code is there, and right, whatever is on the account by then.
  await ask(own, act === 'reset' ? 'reset' : 'login');
  const code = await mail.last(own);
  await prepare(person, before, kind);
  if (proved === 'no address of it') await tables.set('users', { id: person.id }, kind === 'email' ? 'email' : 'mobile', newUser()[kind]);
  const answer =
    act === 'reset'
      ? await post(gateway, '/password/reset/', { [kind]: own, code, ...chosen })
      : await post(gateway, '/login/code/', { username: person.username, [kind]: own, code });
  return { status: answer.status, address: own };
}

/** What of everything that the account had is gone. */
async function gone(person: Awaited<ReturnType<typeof settled>>, { kind, act }: Case, had: Body): Promise<string[]> {
  const now = await rowOf(person);
  const isDead = async (access: string) => (await read(gateway, '/userInfo/', access)).status === 401;
  const [first, second] = [await isDead(person.access), await isDead(person.second)];
  const token = await tables.get('api-tokens', { user_id: person.id, place: 'ab' });
  const login = await post(gateway, '/token/', { username: person.username, password: person.password });
  const isReplaced = act === 'reset' || act === 'handed-over';
  const lostWays = (had['undos'] as object[]).length > 0 && ((now['undos'] ?? []) as object[]).length === 0;
  const parts: [string, boolean][] = [
    ['other addresses', (now[other(kind)] ?? '') === ''],
    ['ways back', lostWays],
    ['all sessions', first && second],
    ['other sessions', !first && second],
    ['API tokens', !token || token['epoch'] !== now['token_epoch']],
    ['attributes', now['x_nickname'] === undefined],
    ['picture', now['avatar'] === undefined],
    ['password', !isReplaced && login.status === 401],
  ];
  return parts.filter(([, isGone]) => isGone).map(([name]) => name);
}

const isThereNone = ({ before, kind }: Case) =>
  before === 'anything' || (['this address proved', 'this address vouched for, another proved'].includes(before) && kind === 'email');

/** The status of the answer: of a right code that opens nothing, the one of a wrong code. */
function statusOf({ act }: Case, effect: string): number {
  const isReset = act === 'reset' || act === 'handed-over';
  if (effect === 'nothing') return isReset ? 400 : 401;
  return isReset ? 204 : 200;
}

/** Whether a row is about this kind of address: most are about both. */
const isAbout = (kind: Kind, proved = '') => !proved.includes(kind === 'email' ? 'number' : 'e-mail');

/** What goes, by the table: the ways back that are there are all younger, where any of them goes. */
function goesBy(asked: Case, goes: string): string[] {
  const parts = goes === '' ? [] : goes.split(', ');
  return parts.flatMap((part) => (part === 'younger ways back' ? (isThereNone(asked) ? [] : ['ways back']) : [part])).toSorted();
}

describe('what a proof does, over HTTP, as docs/ownership.md says', () => {
  it('has the rows of the table', () => expect(rows.length).toBeGreaterThanOrEqual(27));

  describe.for(['email', 'mobile'] as const)('with the %s', (kind) => {
    it.for(rows.filter(([, proved]) => isAbout(kind, proved)))(
      '%s; %s; by %s: %s',
      async ([before = '', proved = '', act = '', effect = '', goes = '']) => {
        const person = await settled();
        const asked: Case = { before, proved, act, kind };
        const { status, address } = await prove(person, asked);
        expect(status).toBe(statusOf(asked, effect));
        const lost = await gone(person, asked, { undos: isThereNone(asked) ? [] : [{}] });
        expect(lost.toSorted()).toEqual(goesBy(asked, goes));
        const now = await rowOf(person);
        const shown = [now[kind], now[`${kind}_verified`]];
        if (effect !== 'nothing') expect(now[`${kind}_vouched`]).toBeUndefined();
        if (effect !== 'nothing' && address !== undefined) expect(shown).toEqual([address, true]);
        if (effect === 'nothing' && proved !== 'no address of it') expect(shown).toEqual([person[kind], false]);
      },
    );
  });
});
