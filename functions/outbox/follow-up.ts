import { dynamoApiTokenStore } from '#lib/api-tokens/api-token-store.dynamo.ts';
import { dynamoAuditStore } from '#lib/audit/audit-store.dynamo.ts';
import { recordEvent } from '#lib/audit/record-event.ts';
import { s3PictureStore } from '#lib/avatars/picture-store.s3.ts';
import type { Event } from '#lib/outbox/event.ts';
import { followUp } from '#lib/outbox/follow-up.ts';
import { outboxStream } from '#lib/outbox/outbox-stream.dynamo.ts';
import type { Happening } from '#lib/outbox/read-event.ts';
import { dynamoSessionStore } from '#lib/sessions/session-store.dynamo.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { ssmLookupSecret } from '#lib/throttle/lookup-secret.ssm.ts';
import { clearAway, removePicture } from '#lib/users/clear-away.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';

const settings = readSettings();
const needs = {
  pictures: s3PictureStore(settings),
  sessions: dynamoSessionStore(settings),
  apiTokens: dynamoApiTokenStore(settings),
  users: dynamoUserStore(settings),
  audit: dynamoAuditStore(settings),
  lookupSecret: ssmLookupSecret(settings),
  afterDeletion: settings.AUDIT_AFTER_DELETION,
};

const followUps = {
  record: (happening: Happening) => recordEvent(needs, happening),
  after: {
    user_deleted: (event: Event) => clearAway(needs, event),
    first_proof: (event: Event) => removePicture(needs, event),
  },
};

export const handler = outboxStream((row) => followUp(followUps, row));
