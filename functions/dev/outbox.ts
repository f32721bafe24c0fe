import { Answer } from '#lib/http/answer.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { dynamoLetterStore } from '#lib/messages/letter-store.dynamo.ts';
import { viewLetter } from '#lib/messages/letter-view.ts';
import { lettersPage, lettersPageHeaders } from '#lib/messages/letters-page.ts';
import { showLetters } from '#lib/messages/show-letters.ts';
import { readSettings, SettingsError } from '#lib/settings.ts';
import { outbox } from './contract.ts';

const settings = readSettings();
if (settings.STAGE !== 'local')
  throw new SettingsError(['STAGE has to be local for functions/dev: it shows everybody’s messages to everybody']);
const needs = { letters: dynamoLetterStore(settings) };

export const handler = endpoint(outbox, async ({ header }) => {
  const letters = await showLetters(needs, header);
  if (!header('accept')?.includes('text/html')) return { results: letters.map(viewLetter) };
  return new Answer<never>(Buffer.from(lettersPage(letters)), { headers: lettersPageHeaders });
});
