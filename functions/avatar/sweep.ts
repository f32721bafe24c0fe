import type { Context } from 'aws-lambda';
import { s3PictureStore } from '#lib/avatars/picture-store.s3.ts';
import { sweepAvatars } from '#lib/avatars/sweep-avatars.ts';
import { now } from '#lib/clock.ts';
import { log } from '#lib/log.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { dynamoUserStore } from '#lib/users/user-store.dynamo.ts';

const settings = readSettings();
const needs = { pictures: s3PictureStore(settings), users: dynamoUserStore(settings), now };

/** What the handful in hand may still take when the round has to stop, with every call waiting as long as it can. */
const reserveMilliseconds = 30_000;

export async function handler(_event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> {
  const until = new Date(now().getTime() + context.getRemainingTimeInMillis() - reserveMilliseconds);
  log.info('avatars_swept', await sweepAvatars(needs, until));
}
