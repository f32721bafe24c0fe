import { expect, test } from 'vitest';
import { removeAvatar } from '#lib/avatars/remove-avatar.ts';
import { uploadAvatar } from '#lib/avatars/upload-avatar.ts';
import { album } from './album.ts';
import { png } from './made-png.ts';

const face = png({ width: 16, height: 16 });

test('a removed picture is gone from the row and from the store', async () => {
  const { needs, rows, stored } = album('anna');
  await uploadAvatar(needs, 'anna', face);
  await removeAvatar(needs, 'anna');
  expect([rows.get('anna'), stored()]).toEqual([undefined, []]);
});

test('removing a missing picture, or removing twice, is no error', async () => {
  const { needs, rows } = album('anna');
  await removeAvatar(needs, 'anna');
  await removeAvatar(needs, 'anna');
  expect(rows.get('anna')).toBeUndefined();
});

test('the row is written before the picture is removed', async () => {
  const { needs, rows } = album('anna');
  await uploadAvatar(needs, 'anna', face);
  const rowThen: unknown[] = [];
  const remove = async () => void rowThen.push(rows.get('anna'));
  await removeAvatar({ ...needs, pictures: { remove } }, 'anna');
  expect(rowThen).toEqual([undefined]);
});

test('a picture that cannot be removed is not shown any more, and the sweeper removes it', async () => {
  const { needs, rows, stored, sweepAll } = album('anna');
  const name = await uploadAvatar(needs, 'anna', face);
  await removeAvatar({ ...needs, pictures: { remove: () => Promise.reject(new Error('S3 is out')) } }, 'anna');
  expect([rows.get('anna'), stored()]).toEqual([undefined, [name]]);
  await sweepAll();
  expect(stored()).toEqual([]);
});

test('the picture stays if the row cannot be written', async () => {
  const { needs, stored } = album('anna');
  const name = await uploadAvatar(needs, 'anna', face);
  const users = { setAvatar: () => Promise.reject(new Error('the table is out')) };
  await expect(removeAvatar({ ...needs, users }, 'anna')).rejects.toThrow('the table is out');
  expect(stored()).toEqual([name]);
});

test('a user who does not exist has to sign in again', async () => {
  await expect(removeAvatar(album().needs, 'anna')).rejects.toMatchObject({ code: 'user_not_found' });
});
