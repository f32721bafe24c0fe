import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { parseRate, type Rate } from '#lib/rate.ts';
import type { User } from '#lib/users/user.ts';
import { type FieldsOf, userFields } from '#lib/users/user-fields.ts';
import { madePasswords } from '../lib/passwords/made-passwords.ts';
import { client, madeService } from '../lib/users/made-service.ts';
import { madeUser } from '../lib/users/made-user.ts';
import { memoryChangeStore, memoryUserReader } from '../stores/change-store.memory.ts';

// The field is there before any of the modules that derive from the list is loaded.
Object.assign(userFields, { jobTitle: { as: 'job_title', kind: 'text', isOptional: true, isShown: true, longest: 20 } });
const { fromItem, toItem } = await import('#lib/users/user-item.ts');
const { userViewWith, viewUser } = await import('#lib/users/user-view.ts');
const { readRecord, toRecord } = await import('#lib/transfer/user-record.ts');
const { createUser } = await import('#lib/users/create-user.ts');
const { register } = await import('#lib/users/register.ts');
const { updateProfile } = await import('#lib/users/update-profile.ts');
const { dynamoChangeStore } = await import('#lib/users/change-store.dynamo.ts');
const { draftOf } = await import('../../scripts/users/import/to-record.ts');
const { newUserForm, patchForm, profileForm, registrationForm } = await import('#lib/users/profile-form.ts');

const withJob = (jobTitle?: string) => madeUser({ jobTitle } as object);
const profile = { username: 'ada', name: 'Ada', email: 'ada@example.com' };
const password = 'kT7#qz!mLp0v';

let newcomers = 0;
const newcomer = () => {
  newcomers += 1;
  return { ...profile, username: `ada${newcomers}`, email: `ada${newcomers}@example.com`, job_title: 'Countess', password };
};

function made() {
  const service = madeService();
  const off = parseRate('off') as Rate;
  const rules = {
    region: 'CN',
    reservedUsernames: new Set<string>(),
    passwordMinLength: 8,
    isCommonPassword: () => false,
    pickBelow: () => 0,
  };
  const needs = { ...service, ...rules, limits: { address: off, global: off }, passwords: madePasswords(), declared: {} };
  return { needs, reader: memoryUserReader(service.tables), changes: memoryChangeStore(service.tables) };
}

describe('a field that is added to the list of fields, and nowhere else', () => {
  it('is stored and read back, and takes no room if it is absent', () => {
    const user = withJob('Countess');
    expect(toItem(user)).toMatchObject({ job_title: 'Countess' });
    expect(fromItem(toItem(user), new Date(0))).toMatchObject({ jobTitle: 'Countess' });
    expect(toItem(withJob())).not.toHaveProperty('job_title');
  });

  it('is shown, as null if it is absent', () => {
    const shown = (user = withJob('Countess')) =>
      v.parse(userViewWith({}), viewUser(user, { attributes: {}, reader: 'self', avatarUrl: String }));
    expect([shown(), shown(withJob())]).toMatchObject([{ job_title: 'Countess' }, { job_title: null }]);
  });

  it('is in a backup and comes back from it, and a backup from before is still read', () => {
    const record = JSON.parse(JSON.stringify(toRecord(withJob('Countess'))));
    expect(readRecord(record)).toMatchObject({ user: { jobTitle: 'Countess' } });
    const { job_title, ...before } = record;
    expect([job_title, 'user' in readRecord(before)]).toEqual(['Countess', true]);
    expect(readRecord({ ...before, job_title: 5 })).toEqual({ reasons: ['job_title: has to be string'] });
  });

  it('is a field of the forms, of at most so many characters, and a patch can empty it', () => {
    const sound = { ...profile, job_title: ' Countess ' };
    const registration = { ...sound, password, password_confirmation: password };
    for (const form of [newUserForm({}), patchForm({}), profileForm({})]) {
      expect(v.parse(form, sound)).toMatchObject({ job_title: 'Countess' });
      expect(v.safeParse(form, { ...sound, job_title: 'x'.repeat(21) }).success).toBe(false);
    }
    expect(v.parse(registrationForm({}), registration)).toMatchObject({ job_title: 'Countess' });
    expect([v.parse(patchForm({}), { job_title: '' }), v.parse(patchForm({}), {})]).toEqual([{ job_title: null }, {}]);
    expect(v.parse(profileForm({}), profile)).toMatchObject({ job_title: null });
  });

  it('is kept of who registers and of who is made, and is changed by a patch', async () => {
    const { needs, changes, reader } = made();
    const registered = await register(needs, v.parse(registrationForm({}), { ...newcomer(), password_confirmation: password }), client);
    const created = await createUser(
      { ...needs, wanted: 'off', invite: undefined } as never,
      madeUser({ isSuperuser: true }),
      v.parse(newUserForm({}), newcomer()),
      {} as never,
    );
    expect([registered, created]).toMatchObject([{ jobTitle: 'Countess' }, { jobTitle: 'Countess' }]);
    const patch = async (body: object) => {
      const user = (await reader.readUsers([created.id])).get(created.id) as User;
      return await updateProfile({ ...needs, reader, changes } as never, { actor: user, user }, v.parse(patchForm({}), body), {} as never);
    };
    expect(await patch({ job_title: 'Lady' })).toMatchObject({ jobTitle: 'Lady', version: 2 });
    expect(await patch({ name: 'Ada L.' })).toMatchObject({ jobTitle: 'Lady', version: 3 });
    expect(await patch({ job_title: null })).toMatchObject({ jobTitle: undefined, version: 4 });
  });

  it('is written by a change only if it differs', async () => {
    const written = async (found: User, next: User) => {
      const sent: { input: { UpdateExpression: string; ExpressionAttributeNames?: object } }[] = [];
      const send = async (command: (typeof sent)[number]) => ({ Attributes: toItem(next), ...(sent.push(command) && {}) });
      const store = dynamoChangeStore({ USERS_TABLE: 'users' } as never, { send } as unknown as DynamoDBDocumentClient);
      await store.change({ found, next, events: [], isExact: false });
      return sent.map(({ input }) => Object.values(input.ExpressionAttributeNames ?? {}));
    };
    const user = withJob('Countess');
    expect(await written(user, { ...user, jobTitle: 'Lady' } as User)).toEqual([['job_title']]);
    expect(await written(user, { ...user, isEmailVerified: true })).toEqual([['email_verified']]);
  });

  it('is read from a file of another system', () => {
    const rules = {
      names: new Map([['job_title', 'position']]),
      roles: new Map(),
      renaming: 'own',
      region: 'CN',
      proved: [],
      wanted: 'off',
    } as never;
    expect(draftOf({ ...profile, position: 'Countess' }, rules, [], new Date()).record).toMatchObject({ job_title: 'Countess' });
    expect(draftOf(profile, rules, [], new Date()).record).toMatchObject({ job_title: null });
  });
});

it('a field of User that the list lacks, or has in another way, does not compile', () => {
  type Employee = User & { readonly hatSize?: string | undefined };
  const hatSize = { as: 'hat_size', kind: 'text', isOptional: true } as const;
  const described: FieldsOf<Employee> = { ...userFields, hatSize };
  // @ts-expect-error the list lacks a field
  const lacking: FieldsOf<Employee> = userFields;
  // @ts-expect-error a text is no instant
  const otherKind: FieldsOf<Employee> = { ...userFields, hatSize: { ...hatSize, kind: 'instant' } };
  // @ts-expect-error a user may lack a hat size
  const required: FieldsOf<Employee> = { ...userFields, hatSize: { as: 'hat_size', kind: 'text' } };
  for (const each of [described, lacking, otherKind, required]) expect(each.id.as).toBe('id');
});
