import fc from 'fast-check';
import { expect, test } from 'vitest';
import { removeAvatar } from '#lib/avatars/remove-avatar.ts';
import { uploadAvatar } from '#lib/avatars/upload-avatar.ts';
import { Problem } from '#lib/problem.ts';
import { album } from './album.ts';
import { png } from './made-png.ts';

const face = png({ width: 16, height: 16 });
const broken = face.subarray(0, 60);

test('an upload is stored as a WebP of its owner, and the row names it', async () => {
  const { needs, rows, stored } = album('anna');
  const name = await uploadAvatar(needs, 'anna', face);
  expect([stored(), rows.get('anna')]).toEqual([[name], name]);
  expect(await needs.pictures.note(name)).toMatchObject({ owner: 'anna' });
  expect(Buffer.from((await needs.pictures.get(name)) ?? []).toString('latin1', 8, 12)).toBe('WEBP');
});

test('a second upload has another name, and the first picture is removed', async () => {
  const { needs, rows, stored } = album('anna');
  const first = await uploadAvatar(needs, 'anna', face);
  const second = await uploadAvatar(needs, 'anna', face);
  expect(second).not.toBe(first);
  expect([stored(), rows.get('anna')]).toEqual([[second], second]);
});

test('other users keep their pictures', async () => {
  const { needs, stored } = album('anna', 'bert');
  const annas = await uploadAvatar(needs, 'anna', face);
  await uploadAvatar(needs, 'bert', face);
  const berts = await uploadAvatar(needs, 'bert', face);
  expect(stored()).toEqual([annas, berts].sort());
});

test('an upload is counted before the file is read, and a bad file stays counted', async () => {
  const { needs, spent, stored } = album('anna');
  await expect(uploadAvatar(needs, 'anna', broken)).rejects.toMatchObject({ code: 'invalid_image' });
  expect([spent, stored()]).toEqual([['avatar-user anna'], []]);
});

test('a user at the limit is throttled whatever the file, and nothing is stored', async () => {
  const { needs, stored } = album('anna');
  const throttle = { ...needs.throttle, spend: () => Promise.reject(new Problem('throttled', { retryAfterSeconds: 9 })) };
  await expect(uploadAvatar({ ...needs, throttle }, 'anna', broken)).rejects.toMatchObject({ code: 'throttled' });
  expect(stored()).toEqual([]);
});

test('a user who is deleted meanwhile leaves no picture behind', async () => {
  const { needs, stored } = album();
  await expect(uploadAvatar(needs, 'anna', face)).rejects.toMatchObject({ code: 'user_not_found', status: 401 });
  expect(stored()).toEqual([]);
});

test('an old picture that cannot be removed does not fail the upload, and the sweeper removes it', async () => {
  const { needs, rows, stored, sweepAll } = album('anna');
  const first = await uploadAvatar(needs, 'anna', face);
  const pictures = { ...needs.pictures, remove: () => Promise.reject(new Error('S3 is out')) };
  const second = await uploadAvatar({ ...needs, pictures }, 'anna', face);
  expect([rows.get('anna'), stored()]).toEqual([second, [first, second].sort()]);
  await sweepAll();
  expect(stored()).toEqual([second]);
});

const steps = ['put', 'setAvatar', 'remove'] as const;
type Step = (typeof steps)[number];

/** The same needs with one failing step: before it took effect, or after, if only its answer is lost. */
function failing(needs: ReturnType<typeof album>['needs'], step: Step, when: 'before' | 'after') {
  const fault = Object.assign(new Error('no answer'), { name: 'TimeoutError' });
  const fail =
    <A extends unknown[]>(doing: (...given: A) => Promise<unknown>) =>
    async (...given: A): Promise<never> => {
      if (when === 'after') await doing(...given);
      throw fault;
    };
  const { pictures, users } = needs;
  if (step === 'setAvatar') return { ...needs, users: { ...users, setAvatar: fail(users.setAvatar) } };
  return { ...needs, pictures: { ...pictures, [step]: fail<never[]>(pictures[step] as (...given: never[]) => Promise<unknown>) } };
}

test.for(steps.flatMap((step) => (['before', 'after'] as const).map((when) => [step, when] as const)))(
  'a crash at %s, %s it took effect, leaves nothing that a retry and the sweeper do not repair',
  async ([step, when]) => {
    const { needs, rows, spent, stored, missing, sweepAll } = album('anna');
    await uploadAvatar(needs, 'anna', face);
    await uploadAvatar(failing(needs, step, when), 'anna', face).catch(() => undefined);
    expect(missing()).toEqual([]);
    expect(spent, 'a try that failed through us is given back').toHaveLength(step === 'remove' ? 2 : 1);
    const name = await uploadAvatar(needs, 'anna', face);
    expect([rows.get('anna'), missing()]).toEqual([name, []]);
    await sweepAll();
    expect(stored()).toEqual([name]);
  },
);

test('a fault is reported as it was, even if the try cannot be given back', async () => {
  const { needs } = album('anna');
  const throttle = { ...needs.throttle, giveBack: () => Promise.reject(new Error('the table is out too')) };
  await expect(uploadAvatar({ ...failing(needs, 'put', 'before'), throttle }, 'anna', face)).rejects.toMatchObject({
    name: 'TimeoutError',
  });
});

test('parallel uploads and removals of one user leave a row that names exactly the stored picture', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 2 }), async (s, uploads, removals) => {
      const { needs, rows, stored, missing } = album('anna');
      const { pictures, users } = needs;
      const inAnyOrder = {
        ...needs,
        pictures: { ...pictures, put: s.scheduleFunction(pictures.put), remove: s.scheduleFunction(pictures.remove) },
        users: {
          ...users,
          setAvatar: s.scheduleFunction(async (id: string, name: string | undefined) => {
            const change = await users.setAvatar(id, name);
            expect(missing()).toEqual([]);
            return change;
          }),
        },
      };
      await s.waitFor(
        Promise.all([
          ...Array.from({ length: uploads }, () => uploadAvatar(inAnyOrder, 'anna', face)),
          ...Array.from({ length: removals }, () => removeAvatar(inAnyOrder, 'anna')),
        ]),
      );
      const shown = rows.get('anna');
      expect(stored()).toEqual(shown === undefined ? [] : [shown]);
    }),
    { numRuns: 100 },
  );
});
