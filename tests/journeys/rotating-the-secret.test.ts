import { randomUUID } from 'node:crypto';
import { SSMClient } from '@aws-sdk/client-ssm';
import { solveChallenge } from 'altcha-lib/v1';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { digitsKey, whoOf } from '#lib/codes/code-secrets.ts';
import type { Challenge } from '#lib/human-check/altcha.ts';
import { hashedAnswer } from '#lib/human-check/human-keys.ts';
import { rotateSecret, type SecretWish } from '#lib/keys/rotate-secret.ts';
import { ssmRotationStore } from '#lib/keys/rotation-store.ssm.ts';
import { announceSeconds, secretRules } from '#lib/keys/secret-rules.ts';
import { ssmSecretStore } from '#lib/keys/secret-store.ssm.ts';
import { lookupSecretsText, makingSecret } from '#lib/lookup-secrets.ts';
import { localCredentials } from '#local/emulators/emulator.ts';
import { subcommands } from '../../scripts/users/subcommands.ts';
import { madeSecret } from '../lib/made-secrets.ts';
import { madeSettings } from '../lib/made-settings.ts';
import { keysOf } from './keys.ts';
import { unlimitedCodes, wrongCode } from './mail.ts';
import { sharedGateway } from './shared-gateway.ts';
import { bearer, fiftyAtOnce, newUser, post, read, type SignedInUser, signedInUser } from './users.ts';

const settings = {
  ...unlimitedCodes,
  PASSWORD_RESET_URL: 'http://localhost:3000/reset#{token}',
  CHANGE_UNDO_URL: 'http://localhost:3000/undo#{token}',
  CHALLENGE_MAXNUMBER: '1000',
  CAPTCHA_LIFETIME: '10m',
  KNOWN_DEVICE_LIFETIME: '10d',
};
const { gateway, clock, tables, mail, seeds } = await sharedGateway({ stage: 'local', settings });
const keys = keysOf(gateway);
const ssm = new SSMClient({ endpoint: gateway.endpoints.ssm, region: gateway.template.place.region, credentials: localCredentials });
const [, , original = ''] = await keys.all();
afterEach(async () => {
  await keys.setLookupSecret(original);
  clock.run();
});
afterAll(() => {
  keys.close();
  ssm.destroy();
});
beforeEach(() => {
  clock.stop(Math.ceil(Date.now() / 86_400_000) * 86_400_000 + 600_000); // a rotation then changes values in the middle of the window of each limit
  gateway.restart();
});

const place = { KEYS_PATH: '/gatehouse/local' };
const store = { ...ssmSecretStore(place, ssm), ...ssmRotationStore(place, ssm) };
async function rotate(wish: SecretWish = 'step'): Promise<string> {
  const rotation = await rotateSecret({ store, rules: secretRules(madeSettings(settings)), now: () => new Date(clock.now()) }, wish);
  return rotation === 'busy' ? rotation : rotation.done;
}
/** Announces a value, and stops the clock some seconds before things are made with it. */
async function announced(secondsBefore: number): Promise<void> {
  expect(await rotate()).toBe('announced');
  clock.pass(announceSeconds - secondsBefore);
}
/** What nobody can do with the command: takes the previous value away while things that it made are alive. */
async function dropByForce(): Promise<void> {
  await keys.setLookupSecret(lookupSecretsText([await keys.lookupSecret()]));
  gateway.restart();
}

const newPassword = 'quite another sentence';
const reset = async (body: object) =>
  (await post(gateway, '/password/reset/', { password: newPassword, password_confirmation: newPassword, ...body })).status;
const undo = async (token: string) => (await post(gateway, '/users/undo/', { token })).status;
const signInWith = async (email: string, code: string) => (await post(gateway, '/login/code/', { email, code })).status;

async function codeFor(email: string): Promise<string> {
  expect((await post(gateway, '/codes/', { channel: 'email', to: email, purpose: 'login' })).status).toBe(202);
  return await mail.last(email);
}
async function linkFor(email: string): Promise<string> {
  expect((await post(gateway, '/password/forgot/', { email })).status).toBe(202);
  return await mail.last(email);
}
/** An undo link, as the reader of the old address gets it. */
async function undoLink(): Promise<string> {
  const ada = await signedInUser(gateway);
  await tables.set('users', { id: ada.id }, 'email_verified', true);
  const to = newUser().email;
  const change = (more: object = {}) =>
    post(gateway, `/users/${ada.id}/email/`, { email: to, password: ada.password, ...more }, bearer(ada.access));
  await change();
  expect((await change({ code: await mail.last(to) })).status).toBe(200);
  return await mail.last(ada.email);
}
const seeded = async () => (await seeds.registeredUser()).user.email;
const passes = async (proof: object) => {
  gateway.use({ HUMAN_CHECK_LOGIN: 'always' });
  const answer = await post(gateway, '/token/', { username: 'nobody-has-it', password: newPassword, ...proof });
  gateway.use();
  return ((await answer.json()) as { code: string }).code === 'no_active_account';
};

/** Everything that is made with the secret: makes one, and answers how to use it. */
const made: Record<string, () => Promise<() => Promise<boolean>>> = {
  async 'a sign-in code'() {
    const email = await seeded();
    const code = await codeFor(email);
    return async () => (await signInWith(email, code)) === 200;
  },
  async 'a reset link'() {
    const token = await linkFor(await seeded());
    return async () => (await reset({ token })) === 204;
  },
  async 'a reset link of the command line'() {
    const token = await handedOver((await seeds.registeredUser()).user.username);
    return async () => (await reset({ token })) === 204;
  },
  async 'an undo link'() {
    const token = await undoLink();
    return async () => (await undo(token)) === 204;
  },
  async 'a cursor'() {
    const staff = await seeds.registeredUser({ roles: ['staff'] });
    const page = async (query: string) => await read(gateway, `/users/?limit=1${query}`, (await staff.again()).access);
    await seeded();
    const { next } = (await (await page('')).json()) as { next: string };
    return async () => (await page(`&cursor=${next}`)).status === 200;
  },
  async 'a cursor of the audit trail'() {
    const staff = await seeds.registeredUser({ roles: ['staff'] });
    const path = async (query: string) => `/users/${(await ofWhom).id}/audit/?limit=1${query}`;
    const ofWhom = signedInUser(gateway);
    const { username, password } = await ofWhom;
    await post(gateway, '/login/', { username, password });
    await gateway.streams.settled();
    const page = async (query: string) => await read(gateway, await path(query), (await staff.again()).access);
    const { next } = (await (await page('')).json()) as { next: string };
    return async () => (await page(`&cursor=${next}`)).status === 200;
  },
  async 'a captcha'() {
    const id = randomUUID();
    expect((await gateway.fetch(`/captcha/${id}`, { from: '198.51.100.1' })).status).toBe(200);
    const answer = (await tables.get('short-lived', { key: `captcha#${id}` }))?.['answer'];
    const text = 'AWX37'; // no test can read the picture, so its answer becomes this one, hashed with the value that makes things
    const making = makingSecret(await keys.lookupSecrets(), clock.now() / 1000);
    await tables.set('short-lived', { key: `captcha#${id}` }, 'answer', hashedAnswer(making, id, text));
    expect(answer).toMatch(/^[\w-]{43}$/);
    return () => passes({ captcha_id: id, captcha_text: text });
  },
  async 'a challenge'() {
    const answer = await gateway.fetch('/challenge/', { from: '198.51.100.1' });
    const { algorithm, challenge, salt, signature, maxnumber } = (await answer.json()) as Challenge;
    const found = await solveChallenge(challenge, salt, algorithm, maxnumber).promise;
    const payload = { algorithm, challenge, number: found?.number, salt, signature, took: 7 };
    return () => passes({ altcha: Buffer.from(JSON.stringify(payload)).toString('base64') });
  },
};

/** The token of a link that `npm run users -- reset-link` prints. The command has the real clock, so its link begins then. */
async function handedOver(name: string): Promise<string> {
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', gateway.endpoints.dynamodb);
  vi.stubEnv('AWS_ENDPOINT_URL_SSM', gateway.endpoints.ssm);
  vi.stubEnv('RESET_LIFETIME', '1d');
  vi.useFakeTimers({ now: clock.now(), toFake: ['Date'] });
  const printed = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    const command = await subcommands['reset-link']?.load();
    await command?.run([name, '--json']);
    return (JSON.parse(String(printed.mock.calls[0]?.[0])) as { token: string }).token;
  } finally {
    printed.mockRestore();
    vi.useRealTimers();
    vi.unstubAllEnvs();
  }
}

describe.each(Object.keys(made))('%s', (kind) => {
  const make = async () => (await made[kind]?.()) ?? (async () => false);

  it('made before a rotation works after it', async () => {
    await announced(20);
    const use = await make();
    clock.pass(40);
    expect(await use()).toBe(true);
  });

  it('made after a rotation works, also once the previous value is dropped', async () => {
    await announced(-1);
    const [use, useLater] = [await make(), await make()];
    expect(await use()).toBe(true);
    await dropByForce();
    expect(await useLater()).toBe(true);
  });

  it('is dead once the value that made it is dropped', async () => {
    await announced(20);
    const use = await make();
    clock.pass(40);
    await dropByForce();
    expect(await use()).toBe(false);
  });
});

describe('a rotation', () => {
  it('never drops the previous value while something that it made can be alive', async () => {
    await announced(20);
    const token = await undoLink();
    clock.pass(3 * 86_400 - 1);
    await expect(rotate('drop')).rejects.toThrow('can live until');
    expect(await rotate()).toBe('nothing');
    expect(await undo(token)).toBe(204);
    clock.pass(400);
    expect([await rotate('drop'), await rotate('drop')]).toEqual(['dropped', 'nothing']);
  });

  it('leaves one code and one link of a target alive: the newest', async () => {
    await announced(20);
    const [email, other, { user }] = [await seeded(), await seeded(), await seeds.registeredUser()];
    const [code, link, handed] = [await codeFor(email), await linkFor(other), await handedOver(user.username)];
    clock.pass(40);
    const [newerCode, newerLink, newerHanded] = [await codeFor(email), await linkFor(other), await handedOver(user.username)];
    expect(await signInWith(email, code)).toBe(401);
    expect([await reset({ token: link }), await reset({ token: handed })]).toEqual([400, 400]);
    expect(await signInWith(email, newerCode)).toBe(200);
    expect([await reset({ token: newerLink }), await reset({ token: newerHanded })]).toEqual([204, 204]);
  });

  it('gives a code no tries anew: three before it and fifty at once after it are five', async () => {
    await announced(20);
    const email = await seeded();
    const code = await codeFor(email);
    const key = digitsKey('login', whoOf((await keys.lookupSecrets())[1] ?? madeSecret(0), 'email', email));
    const tries = async () => (await tables.get('short-lived', { key }))?.['tries'];
    for (let time = 0; time < 3; time += 1) expect(await signInWith(email, wrongCode(code))).toBe(401);
    expect(await tries()).toBe(3);
    clock.pass(40);
    expect(new Set(await fiftyAtOnce(() => signInWith(email, wrongCode(code))))).toEqual(new Set([401]));
    expect([await tries(), await signInWith(email, code)]).toEqual([5, 401]);
  });

  it('lets one of fifty requests at once spend a code that was made before', async () => {
    await announced(20);
    const email = await seeded();
    const code = await codeFor(email);
    clock.pass(40);
    const statuses = await fiftyAtOnce(() => signInWith(email, code));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401 || status === 429)).toHaveLength(49);
  });

  it('keeps the pause between two codes, also for fifty requests at once', async () => {
    gateway.use({ CODE_RESEND_AFTER: '60s', CODE_RATE_ADDRESS: 'off' });
    await announced(20);
    const email = await seeded();
    const askAgain = () => post(gateway, '/codes/', { channel: 'email', to: email, purpose: 'login' }, {}, '198.51.100.22');
    expect((await askAgain()).status).toBe(202);
    clock.pass(40);
    const asked = await fiftyAtOnce(askAgain);
    expect(asked.filter(({ status }) => status === 202)).toHaveLength(0);
    expect(await mail.templatesTo(email)).toEqual(['code']);
  });
});

describe('a known device', () => {
  const signIn = async (user: SignedInUser, password: string, more: object) =>
    await post(gateway, '/login/', { username: user.username, password, ...more });
  const deviceOf = async (user: SignedInUser, device = '') => {
    const { data } = (await (await signIn(user, user.password, { device })).json()) as { data: { device: string } };
    return data.device;
  };
  /** Whether a device gets in while a stranger has used up the tries of the identifier. */
  const getsIn = async (user: SignedInUser, device: string) => {
    gateway.use({ LOGIN_RATE_ACCOUNT: '2/15m', HUMAN_CHECK_LOGIN: 'off' });
    for (let time = 0; time < 3; time += 1) await signIn(user, 'a guess', {});
    expect((await signIn(user, user.password, {})).status).toBe(429);
    const { status } = await signIn(user, user.password, { device });
    gateway.use();
    return status === 200;
  };

  it('stays known through a rotation, and after the value that signed its text is dropped', async () => {
    await announced(20);
    const ada = await signedInUser(gateway);
    const device = await deviceOf(ada);
    clock.pass(40);
    expect(await getsIn(ada, device)).toBe(true);
    clock.pass(4 * 86_400);
    expect(await rotate()).toBe('dropped');
    gateway.restart();
    expect(await getsIn(ada, device)).toBe(true);
  });

  it('gets a text of the new value with the next sign-in', async () => {
    await announced(20);
    const ada = await signedInUser(gateway);
    const device = await deviceOf(ada);
    expect(await deviceOf(ada, device)).toBe(device);
    clock.pass(40);
    const newer = await deviceOf(ada, device);
    expect(newer).not.toBe(device);
    expect(await deviceOf(ada, newer)).toBe(newer);
  });

  it('is unknown once the value that signed its text leaked and was replaced', async () => {
    const ada = await signedInUser(gateway);
    const device = await deviceOf(ada);
    await rotate('replace');
    gateway.restart();
    expect(await getsIn(ada, device)).toBe(false);
  });
});

it('a limit counts on through a rotation, for fifty tries at once too', async () => {
  gateway.use({ LOGIN_RATE_ACCOUNT: '10/15m', HUMAN_CHECK_LOGIN: 'off' });
  await announced(20);
  const wrong = async () => (await post(gateway, '/login/', { username: 'no.such.one', password: 'a guess' })).status;
  for (let time = 0; time < 4; time += 1) expect(await wrong()).toBe(401);
  clock.pass(40);
  const statuses = await fiftyAtOnce(wrong);
  expect([401, 429].map((status) => statuses.filter((each) => each === status).length)).toEqual([6, 44]);
  gateway.use();
});

describe('a leaked secret that was replaced', () => {
  it('ends what it made as soon as a running function reads the new one: within five minutes', async () => {
    const [email, other] = [await seeded(), await seeded()];
    const [code, link] = [await codeFor(email), await linkFor(other)];
    expect(await signInWith(await seeded(), '000000')).toBe(401); // these functions have read the secret
    expect(await reset({ token: 'x' })).toBe(400);
    expect(await rotate('replace')).toBe('replaced');
    clock.pass(301);
    expect([await signInWith(email, code), await reset({ token: link })]).toEqual([401, 400]);
    expect(await signInWith(email, await codeFor(email))).toBe(200);
    expect(await reset({ token: await linkFor(other) })).toBe(204);
  });

  it('is unknown to a new instance at once', async () => {
    const email = await seeded();
    const code = await codeFor(email);
    await rotate('replace');
    gateway.restart();
    expect(await signInWith(email, code)).toBe(401);
  });
});

describe('a link', () => {
  it('of one purpose is refused for another, and still works for its own', async () => {
    const [resetToken, undoToken] = [await linkFor(await seeded()), await undoLink()];
    expect([await undo(resetToken), await reset({ token: undoToken })]).toEqual([400, 400]);
    expect([await reset({ token: resetToken }), await undo(undoToken)]).toEqual([204, 204]);
  });

  it('is refused with the mark of another one’s purpose', async () => {
    const [resetToken, undoToken] = [await linkFor(await seeded()), await undoLink()];
    const marked = (token: string, mark: string) => `${token.slice(0, token.lastIndexOf('.'))}.${mark.slice(mark.lastIndexOf('.') + 1)}`;
    expect([await reset({ token: marked(resetToken, undoToken) }), await undo(marked(undoToken, resetToken))]).toEqual([400, 400]);
  });
});

it('a cursor is no link, a link is no cursor, and a code of one purpose is refused for another', async () => {
  const staff = await seeds.registeredUser({ roles: ['staff'] });
  const email = await seeded();
  const [code, link] = [await codeFor(email), await linkFor(await seeded())];
  const { next } = (await (await read(gateway, '/users/?limit=1', staff.access)).json()) as { next: string };
  await gateway.streams.settled();
  const audit = async (query: string) => await read(gateway, `/users/${staff.id}/audit/?limit=1${query}`, staff.access);
  const { next: ofAudit } = (await (await audit('')).json()) as { next: string };
  for (const cursor of [link, ofAudit]) expect((await read(gateway, `/users/?limit=1&cursor=${cursor}`, staff.access)).status).toBe(400);
  expect([(await audit(`&cursor=${next}`)).status, (await audit(`&cursor=${ofAudit}`)).status]).toEqual([400, 200]);
  expect([await reset({ token: next }), await undo(next)]).toEqual([400, 400]);
  expect([await reset({ email, code }), await signInWith(email, code)]).toEqual([400, 200]);
});
