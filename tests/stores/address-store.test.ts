import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CodeTarget } from '#lib/codes/code.ts';
import { dynamoCodeStore } from '#lib/codes/code-store.dynamo.ts';
import { randomId, uuidv7 } from '#lib/ids.ts';
import { dynamoAddressStore } from '#lib/users/address-store.dynamo.ts';
import type { AddressStore, Found, Move } from '#lib/users/address-store.ts';
import { dynamoChangeStore } from '#lib/users/change-store.dynamo.ts';
import { takenOver } from '#lib/users/ownership.ts';
import type { Undo } from '#lib/users/undo.ts';
import type { User } from '#lib/users/user.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { madeCode, noonSeconds, proofOf } from '../lib/codes/made-code.ts';
import { madeMobile, madeUser, namesOf, registered } from '../lib/users/made-user.ts';
import type { Database } from './database.ts';
import { engines, startDatabase } from './engines.ts';
import { withCancellations, withLostAnswers } from './trouble.ts';

describe.for(engines)('addresses in %s', (engine) => {
  let database: Database;
  let addresses: AddressStore;
  beforeAll(async () => {
    database = await startDatabase(engine);
    addresses = dynamoAddressStore(database.tables, database.client);
  }, 60_000);
  afterAll(() => database.close());

  const users = () => dynamoUserStore(database.tables, database.client);
  const changes = () => dynamoChangeStore(database.tables, database.client);
  const somebody = async (given: Partial<User> = {}): Promise<User> => {
    const user = madeUser({ tokenEpoch: 3, ...given });
    await users().add(user, namesOf(user), registered(user));
    return user;
  };
  const spending = async () => {
    const code = madeCode();
    await dynamoCodeStore(database.tables, database.client).put(code);
    return { proof: proofOf(code), by: randomId(), nowSeconds: noonSeconds };
  };
  const isSpent = async (key: string) => (await dynamoCodeStore(database.tables, database.client).get(key))?.isSpent;
  const told = ({ id }: User) => {
    const at = new Date(1000 * noonSeconds);
    return { event: { id: uuidv7(at), type: 'email_changed', userId: id, at } as const };
  };
  const ownerOf = async (identifier: string) => (await database.row(database.tables.IDENTIFIERS_TABLE, { identifier }))?.['user_id'];
  const email = (): CodeTarget => ({ kind: 'email', value: `${randomId()}@example.com` });
  const undoOf = (user: User, kind: Undo['kind'] = 'email'): Undo => ({
    ref: randomId().slice(0, 22),
    kind,
    before: user[kind],
    wasVerified: false,
    expiresAt: noonSeconds + 3600,
  });
  const foundOf = async ({ id }: User) => (await addresses.find(id)) as Found;
  const moveOf = async (found: Found, to: CodeTarget, undo = undoOf(found.user, to.kind)): Promise<Move> => ({
    ...(await spending()),
    ...told(found.user),
    ...{ found, to, shown: to.value, undos: [...found.undos, undo] },
  });
  const backOf = ({ user, undos }: Found, ...taken: readonly Undo[]) => ({
    ...{ found: { user, undos }, taken, undos: [], password: '!x' },
    ...told(user),
  });

  test('an address is marked as proved and the code is spent, if it is still the user’s; another is not marked', async () => {
    for (const [target, mark] of [
      [(user: User): CodeTarget => ({ kind: 'email', value: user.email }), { isEmailVerified: true }],
      [(user: User): CodeTarget => ({ kind: 'mobile', value: user.mobile ?? '' }), { isMobileVerified: true }],
    ] as const) {
      const user = await somebody();
      const spent = await spending();
      expect(await addresses.verify({ ...spent, ...told(user), user, target: target(user) })).toBe('done');
      expect(await users().get(user.id)).toEqual({ ...user, ...mark, version: user.version + 1 });
      expect(await addresses.verify({ ...spent, ...told(user), by: 'another', user, target: target(user) })).toBe('gone');
      const other = await spending();
      expect(await addresses.verify({ ...other, ...told(user), user, target: email() })).toBe('changed-meanwhile');
      expect(await isSpent(other.proof.key)).toBe(false);
    }
  });

  test('an address that a change of profile replaces while the old one is proved is not marked as proved', async () => {
    for (const prove of [
      async (user: User, target: CodeTarget) => await addresses.verify({ ...(await spending()), ...told(user), user, target }),
      async (user: User, proved: CodeTarget) =>
        await addresses.reset({ ...(await spending()), ...told(user), user, hash: 'another', proved, news: [] }),
    ]) {
      const found = await somebody();
      expect(await prove(found, { kind: 'email', value: found.email })).toBe('done');
      const next = { ...found, email: email().value };
      expect(await changes().change({ found, next, events: [told(found).event], isExact: false })).toBe('changed-meanwhile');
      expect(await users().get(found.id)).toMatchObject({ email: found.email, isEmailVerified: true });
    }
  });

  test('the version of a user never decreases, whatever is written between the read and the write', async () => {
    const user = await somebody();
    const renamed = async (name: string, times: number) => {
      for (let count = 0; count < times; count += 1) {
        const { user: found } = await foundOf(user);
        await changes().change({ found, next: { ...found, name: `${name} ${count}` }, events: [], isExact: false });
      }
    };
    const found = await foundOf(user);
    await renamed('Ada', 3);
    const undo = undoOf(user);
    expect(await addresses.move(await moveOf(found, email(), undo))).toBe('done');
    expect((await foundOf(user)).user.version).toBe(user.version + 4);
    const moved = await foundOf(user);
    await renamed('Grace', 3);
    expect(await addresses.goBack(backOf(moved, undo))).toBe('done');
    expect((await foundOf(user)).user.version).toBe(user.version + 8);
  });

  test('one of many resets replaces the hash and begins the next epoch, unless the user has changed', async () => {
    const user = await somebody();
    const spent = await spending();
    const proved: CodeTarget = { kind: 'email', value: user.email };
    const resets = Array.from({ length: 20 }, (_, index) => ({
      ...spent,
      ...told(user),
      by: `request ${index}`,
      user,
      hash: `hash ${index}`,
      proved,
      news: [],
    }));
    const outcomes = await Promise.all(resets.map((reset) => addresses.reset(reset)));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    const hash = `hash ${outcomes.indexOf('done')}`;
    expect(await users().get(user.id)).toEqual({
      ...user,
      password: hash,
      tokenEpoch: 4,
      isEmailVerified: true,
      version: user.version + 1,
    });
    const late = await spending();
    expect(await addresses.reset({ ...late, ...told(user), user, hash: 'x', proved: undefined, news: [] })).toBe('changed-meanwhile');
    expect(await isSpent(late.proof.key)).toBe(false);
    const now = { ...user, password: hash, tokenEpoch: 4 };
    expect(await addresses.reset({ ...late, ...told(user), user: now, hash: 'x', proved: email(), news: [] })).toBe('changed-meanwhile');
    expect(await addresses.reset({ ...late, ...told(user), user: now, hash: 'x', proved: undefined, news: [] })).toBe('done');
  });

  test('a user who proved an address is added once with their names, unless one is taken', async () => {
    const user = madeUser();
    const joining = { ...(await spending()), ...told(user), user, identifiers: namesOf(user) };
    expect(await addresses.join(joining)).toBe('added');
    expect([await users().get(user.id), await isSpent(joining.proof.key)]).toEqual([user, true]);
    const again = madeUser({ email: user.email });
    const second = { ...(await spending()), ...told(again), user: again, identifiers: namesOf(again) };
    expect(await addresses.join(second)).toEqual({ taken: ['email'] });
    expect([await users().get(again.id), await isSpent(second.proof.key)]).toEqual([undefined, false]);
    const third = madeUser();
    const spentBefore = { ...joining, ...told(third), by: 'another', user: third, identifiers: namesOf(third) };
    expect(await addresses.join(spentBefore)).toBe('gone');
  });

  test('an account is given to whoever proved its first address, without what they have not proved', async () => {
    const attributes = { nickname: 'M', credit: 3 };
    const user = await somebody({ avatar: 'a.webp', attributes });
    const target: CodeTarget = { kind: 'email', value: user.email };
    const next = takenOver(user, target, { password: '!x', ownAttributes: ['nickname'] });
    const taking = { ...(await spending()), ...told(user), found: await foundOf(user), next };
    expect(await addresses.takeOver(taking)).toBe('done');
    expect(await foundOf(user)).toEqual({ user: { ...next, version: user.version + 1 }, undos: [] });
    expect(next).toMatchObject({ mobile: undefined, avatar: undefined, attributes: { credit: 3 }, tokenEpoch: 4, isEmailVerified: true });
    expect([await ownerOf(user.mobile ?? ''), await ownerOf(user.email), await isSpent(taking.proof.key)]).toEqual([
      undefined,
      user.id,
      true,
    ]);
    expect(await addresses.takeOver({ ...taking, ...told(user), by: 'another' })).toBe('gone');
  });

  test('an account that is taken over by its number has no e-mail address, and is found by the number', async () => {
    const user = await somebody();
    const target: CodeTarget = { kind: 'mobile', value: user.mobile ?? '' };
    const next = takenOver(user, target, { password: '!x', ownAttributes: [] });
    expect(await addresses.takeOver({ ...(await spending()), ...told(user), found: await foundOf(user), next })).toBe('done');
    expect((await foundOf(user)).user).toEqual({ ...next, email: '', version: user.version + 1 });
    expect(await ownerOf(user.email)).toBeUndefined();
    expect(await users().findByIdentifier(target)).toMatchObject({ id: user.id, email: '' });
    const row = await database.row(database.tables.USERS_TABLE, { id: user.id });
    expect([row?.['email'], row?.['email_key'], row?.['email_start']]).toEqual(['', undefined, undefined]);
    const to = email();
    expect(await addresses.move(await moveOf(await foundOf(user), to))).toBe('done');
    expect((await foundOf(user)).user).toMatchObject({ email: to.value, isEmailVerified: true });
  });

  test('an account that was changed since it was found, in whatever, is not taken over', async () => {
    const user = await somebody();
    const found = await foundOf(user);
    const next = takenOver(user, { kind: 'email', value: user.email }, { password: '!x', ownAttributes: [] });
    const attempt = async () => await addresses.takeOver({ ...(await spending()), ...told(user), found, next });
    await users().setAvatar(user.id, 'new.webp');
    expect(await attempt()).toBe('changed-meanwhile');
    await users().setAvatar(user.id, undefined);
    await users().upgradePassword(user.id, user.password, 'a better one');
    expect(await attempt()).toBe('changed-meanwhile');
    await users().upgradePassword(user.id, 'a better one', user.password);
    await addresses.verify({ ...(await spending()), ...told(user), user, target: { kind: 'mobile', value: user.mobile ?? '' } });
    expect(await attempt()).toBe('changed-meanwhile');
    expect((await foundOf(user)).user).toMatchObject({ email: user.email, mobile: user.mobile, isMobileVerified: true });
  });

  test('who claims an address is known, unless it was proved, left, or is nobody’s', async () => {
    const user = await somebody();
    const target: CodeTarget = { kind: 'email', value: user.email };
    expect(await addresses.claimantOf(target)).toEqual(user);
    await addresses.verify({ ...(await spending()), ...told(user), user, target });
    expect([await addresses.claimantOf(target), await addresses.claimantOf(email())]).toEqual([undefined, undefined]);
  });

  test('who claims an address loses it to whoever proves it, and keeps the rest', async () => {
    for (const kind of ['email', 'mobile'] as const) {
      const [loser, winner, late] = [await somebody(), await somebody(), madeUser()];
      const target: CodeTarget = { kind, value: loser[kind] ?? '' };
      const displaced = { user: loser, target, news: [] };
      expect(await addresses.move({ ...(await moveOf(await foundOf(winner), target)), displaced })).toBe('done');
      expect((await foundOf(winner)).user).toMatchObject({ [kind]: target.value });
      const lost = kind === 'email' ? { email: '' } : { mobile: undefined };
      expect((await foundOf(loser)).user).toEqual({ ...loser, ...lost, version: loser.version + 1 });
      expect([await ownerOf(target.value), await ownerOf(loser.username)]).toEqual([winner.id, loser.id]);
      const names = namesOf({ ...late, [kind]: target.value });
      const joining = { ...(await spending()), ...told(late), user: { ...late, [kind]: target.value }, identifiers: names };
      expect(await addresses.join({ ...joining, displaced: { user: winner, target, news: [] } })).toBe('changed-meanwhile');
      expect(await ownerOf(target.value)).toBe(winner.id);
    }
  });

  test('of a claim and twenty who prove the address at once one has it, and rows and names agree', async () => {
    const loser = await somebody();
    const target: CodeTarget = { kind: 'email', value: loser.email };
    const crowd = await Promise.all(Array.from({ length: 20 }, () => somebody()));
    const moves = await Promise.all(crowd.map(async (user) => await moveOf(await foundOf(user), target)));
    await Promise.all(moves.map((move) => addresses.move({ ...move, displaced: { user: loser, target, news: [] } })));
    const holders = (await Promise.all([loser, ...crowd].map(foundOf))).filter(({ user }) => user.email === loser.email);
    expect(holders.length).toBe(1);
    expect(await ownerOf(loser.email)).toBe(holders[0]?.user.id);
  });

  test('a reset sets the ways back that remain, if they are as they were found', async () => {
    const user = await somebody();
    await addresses.move(await moveOf(await foundOf(user), email()));
    const found = await foundOf(user);
    const reset = async (undos: { found: readonly Undo[]; kept: readonly Undo[] }) =>
      await addresses.reset({ ...(await spending()), ...told(user), user: found.user, hash: 'x', proved: undefined, news: [], undos });
    expect(await reset({ found: [], kept: [] })).toBe('changed-meanwhile');
    expect(await reset({ found: found.undos, kept: [] })).toBe('done');
    expect((await foundOf(user)).undos).toEqual([]);
  });

  test('an exchange gives the new name, frees the old one, and leaves a way back', async () => {
    const user = await somebody();
    const to = email();
    const move = await moveOf(await foundOf(user), to);
    expect(await addresses.move(move)).toBe('done');
    const found = await foundOf(user);
    expect(found).toEqual({ user: { ...user, email: to.value, isEmailVerified: true, version: user.version + 1 }, undos: move.undos });
    expect([await ownerOf(to.value), await ownerOf(user.email), await isSpent(move.proof.key)]).toEqual([user.id, undefined, true]);
    await expect.poll(() => users().findByIdentifier({ kind: 'email', value: to.value })).toMatchObject({ id: user.id, email: to.value });
    const [undo] = move.undos;
    if (!undo) throw new Error('no way back');
    expect(await addresses.goBack(backOf(found, undo))).toBe('done');
    expect(await foundOf(user)).toEqual({ user: { ...user, password: '!x', tokenEpoch: 4, version: user.version + 2 }, undos: [] });
    expect([await ownerOf(to.value), await ownerOf(user.email)]).toEqual([undefined, user.id]);
  });

  test('a number is added, replaced, and taken back', async () => {
    const user = await somebody({ mobile: undefined });
    const to: CodeTarget = { kind: 'mobile', value: madeMobile() };
    const undo = undoOf(user, 'mobile');
    expect(await addresses.move(await moveOf(await foundOf(user), to, undo))).toBe('done');
    expect((await foundOf(user)).user).toMatchObject({ mobile: to.value, isMobileVerified: true });
    expect(await addresses.goBack(backOf(await foundOf(user), undo))).toBe('done');
    expect((await foundOf(user)).user).toMatchObject({ mobile: undefined, isMobileVerified: false });
    expect(await ownerOf(to.value)).toBeUndefined();
  });

  test('an e-mail address and a number are restored together, or not at all if one is another user’s by now', async () => {
    const user = await somebody({ isMobileVerified: true });
    const [mail, number] = [email(), { kind: 'mobile', value: madeMobile() } as const];
    const [one, other] = [undoOf(user, 'email'), { ...undoOf(user, 'mobile'), wasVerified: true }];
    await addresses.move(await moveOf(await foundOf(user), mail, one));
    await addresses.move(await moveOf(await foundOf(user), number, other));
    const found = await foundOf(user);
    const rival = await somebody({ mobile: user.mobile });
    expect(await addresses.goBack(backOf(found, one, other))).toEqual({ taken: ['mobile'] });
    expect(await foundOf(user)).toEqual(found);
    await users().add(madeUser({ email: user.email }), [{ kind: 'email', value: user.email }], registered(rival));
    expect(await addresses.goBack(backOf(found, one, other))).toEqual({ taken: ['email', 'mobile'] });
    for (const { kind, value } of [mail, number]) expect([kind, await ownerOf(value)]).toEqual([kind, user.id]);
    const bob = await somebody({ isMobileVerified: true });
    const ways = [undoOf(bob, 'email'), { ...undoOf(bob, 'mobile'), wasVerified: true }] as const;
    const theirs = [email(), { kind: 'mobile', value: madeMobile() } as const] as const;
    for (const [index, to] of theirs.entries()) await addresses.move(await moveOf(await foundOf(bob), to, ways[index]));
    expect(await addresses.goBack(backOf(await foundOf(bob), ...ways))).toBe('done');
    expect((await foundOf(bob)).user).toEqual({ ...bob, password: '!x', tokenEpoch: 4, version: bob.version + 3 });
    for (const { value } of theirs) expect(await ownerOf(value)).toBeUndefined();
    for (const { value } of namesOf(bob)) expect(await ownerOf(value)).toBe(bob.id);
  });

  test('an exchange continues from the current version, even if another field was changed meanwhile', async () => {
    const user = await somebody();
    const found = await foundOf(user);
    const next = { ...user, name: 'Another' };
    await dynamoChangeStore(database.tables, database.client).change({ found: user, next, events: [], isExact: false });
    expect(await addresses.move(await moveOf(found, email()))).toBe('done');
    expect((await foundOf(user)).user).toMatchObject({ name: 'Another', version: user.version + 2 });
  });

  test('an exchange for a taken name is refused and changes nothing', async () => {
    const [user, other] = [await somebody(), await somebody()];
    const found = await foundOf(user);
    const move = await moveOf(found, { kind: 'email', value: other.email });
    expect(await addresses.move(move)).toBe('taken');
    expect([await foundOf(user), await ownerOf(other.email), await isSpent(move.proof.key)]).toEqual([found, other.id, false]);
  });

  test('of fiftyAtOnce exchanges at once one succeeds, and names and row agree', { timeout: 60_000 }, async () => {
    const user = await somebody();
    const found = await foundOf(user);
    const moves = await Promise.all(Array.from({ length: 50 }, () => moveOf(found, email())));
    const outcomes = await Promise.all(moves.map((move) => addresses.move(move)));
    expect(outcomes.filter((outcome) => outcome === 'done').length).toBeLessThanOrEqual(1);
    const now = (await foundOf(user)).user.email;
    const owned = await Promise.all([user.email, ...moves.map(({ to }) => to.value)].map(async (name) => [name, await ownerOf(name)]));
    expect(owned.filter(([, owner]) => owner === user.id).map(([name]) => name)).toEqual([now]);
  });

  test('a user with another address, epoch or way back meanwhile is not changed', async () => {
    const user = await somebody();
    const before = await foundOf(user);
    const first = await moveOf(before, email());
    await addresses.move(first);
    expect(await addresses.move(await moveOf(before, email()))).toBe('changed-meanwhile');
    const [undo] = first.undos;
    if (!undo) throw new Error('no way back');
    expect(await addresses.goBack(backOf({ ...before, undos: [undo] }, undo))).toBe('changed-meanwhile');
    await users().upgradePassword(user.id, user.password, 'a better one');
    expect(await addresses.goBack(backOf(await foundOf(user), undo))).toBe('done');
  });

  test('a lost answer counts once, and other writes in the way are reported as busy', async () => {
    const user = await somebody();
    const lost = withLostAnswers(database.connect(), { command: 'TransactWriteItemsCommand', times: 2 });
    const move = await moveOf(await foundOf(user), email());
    expect([await dynamoAddressStore(database.tables, lost.client).move(move), lost.met()]).toEqual(['done', 2]);
    const busy = withCancellations(database.connect(), { command: 'TransactWriteItemsCommand', times: 99 }, [
      'None',
      'TransactionConflict',
    ]);
    expect(await dynamoAddressStore(database.tables, busy.client).move(await moveOf(await foundOf(user), email()))).toBe('busy');
    expect(busy.met()).toBe(4);
  });

  test('an unknown user is not found', async () => {
    expect(await addresses.find('nobody')).toBeUndefined();
  });
});
