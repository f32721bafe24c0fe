import { lambdaPictureDecoder } from '#lib/avatars/picture-decoder.lambda.ts';
import { newPictureName } from '#lib/avatars/picture-name.ts';
import { s3PictureStore } from '#lib/avatars/picture-store.s3.ts';
import { pictureUrl } from '#lib/avatars/picture-url.ts';
import { uploadAvatar } from '#lib/avatars/upload-avatar.ts';
import { now } from '#lib/clock.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { dynamoCounterStore } from '#lib/throttle/counter-store.dynamo.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { throttle } from '#lib/throttle/throttle.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';
import { upload } from './contract.ts';

const settings = readSettings();
const needs = {
  rate: settings.AVATAR_RATE_USER,
  throttle: throttle({ lookupSecret: ssmLookupSecret(settings), counters: dynamoCounterStore(settings), now }),
  decoder: lambdaPictureDecoder(settings),
  pictures: s3PictureStore(settings),
  users: dynamoUserStore(settings),
  newName: newPictureName,
};

export const handler = endpoint(upload, async ({ caller, file, origin }) => {
  const name = await uploadAvatar(needs, caller.sub, file);
  return { url: pictureUrl(settings, origin, name) };
});
