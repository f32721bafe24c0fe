import { s3PictureStore } from '#lib/avatars/picture-store.s3.ts';
import { showPicture } from '#lib/avatars/show-picture.ts';
import { Answer } from '#lib/http/answer.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { image, imageHeaders } from './contract.ts';

const settings = readSettings();
const needs = { pictures: s3PictureStore(settings) };

export const handler = endpoint(image, async ({ params: { name = '' }, header, isHead }) => {
  const { entityTag, byteLength, isUnchanged, bytes } = await showPicture(needs, name, { ifNoneMatch: header('if-none-match'), isHead });
  const headers = imageHeaders(name, entityTag);
  if (isUnchanged) return new Answer(undefined, { headers, status: 304 });
  return new Answer(bytes, { headers: isHead ? { ...headers, 'content-length': String(byteLength) } : headers });
});
