import { dynamoApiTokenStore } from '#lib/api-tokens/api-token-store.dynamo.ts';
import { s3PictureStore } from '#lib/avatars/picture-store.s3.ts';
import type { Event } from '#lib/outbox/event.ts';
import { followUp } from '#lib/outbox/follow-up.ts';
import { outboxStream } from '#lib/outbox/outbox-stream.dynamo.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { clearAway, removePicture } from '#lib/users/clear-away.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';

const settings = readSettings();
const needs = {
  pictures: s3PictureStore(settings),
  sessions: dynamoSessionStore(settings),
  apiTokens: dynamoApiTokenStore(settings),
  users: dynamoUserStore(settings),
};

const followUps = {
  user_deleted: (event: Event) => clearAway(needs, event),
  first_proof: (event: Event) => removePicture(needs, event),
};

export const handler = outboxStream((row) => followUp(followUps, row));
