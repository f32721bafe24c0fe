import { Answer } from '#lib/http/answer.ts';
import { endpoint } from '#lib/http/endpoint.ts';
import { homePage } from '#lib/laptop/home-page.ts';
import { viewHome } from '#lib/laptop/home-view.ts';
import { readLocalSettings } from '#lib/laptop/local-settings.ts';
import { pageHeaders } from '#lib/laptop/page.ts';
import { showHome } from '#lib/laptop/show-home.ts';
import { dynamoDirectoryStore } from '#lib/users/directory-store.dynamo.ts';
import { home } from './contract.ts';

const settings = readLocalSettings();
const needs = { directory: dynamoDirectoryStore(settings), settings };
const headers = pageHeaders();

export const handler = endpoint(home, async ({ header, language }) => {
  const shown = await showHome(needs, header);
  if (!header('accept')?.includes('text/html')) return viewHome(shown);
  return new Answer<never>(Buffer.from(homePage(shown, language)), { headers });
});
