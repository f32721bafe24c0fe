import { Answer } from '#lib/http/answer.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { lettersPage, lettersPageHeaders } from '#lib/laptop/letters-page.ts';
import { readLocalSettings } from '#lib/laptop/local-settings.ts';
import { localUrl } from '#lib/laptop/local-url.ts';
import { dynamoLetterStore } from '#lib/messages/letter-store.dynamo.ts';
import { viewLetter } from '#lib/messages/letter-view.ts';
import { showLetters } from '#lib/messages/show-letters.ts';
import { outbox } from './contract.ts';

const settings = readLocalSettings();
const needs = { letters: dynamoLetterStore(settings) };

export const handler = endpoint(outbox, async ({ header, language }) => {
  const letters = await showLetters(needs, header);
  if (!header('accept')?.includes('text/html')) return { results: letters.map(viewLetter) };
  const page = lettersPage(letters, language, { url: localUrl(header, settings), settings });
  return new Answer<never>(Buffer.from(page), { headers: lettersPageHeaders });
});
