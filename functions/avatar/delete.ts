import { s3PictureStore } from '#lib/avatars/picture-store.s3.ts';
import { removeAvatar } from '#lib/avatars/remove-avatar.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { remove } from './contract.ts';

const settings = readSettings();
const needs = { pictures: s3PictureStore(settings), users: dynamoUserStore(settings) };

export const handler = endpoint(remove, async ({ caller }) => {
  await removeAvatar(needs, caller.sub);
});
