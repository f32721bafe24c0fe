import { describe, expect, it } from 'vitest';
import { templateChannels } from '#lib/messages/message.ts';
import { catalogue } from '#lib/settings/catalogue.ts';
import { logicalIdOf, tableNames, tableSettings } from '#lib/settings/tables.ts';
import { declaredRoutes } from './read-service.ts';
import { literal, placesOf, texts } from './recipes.ts';

const all = texts();
const mentioning = (words: readonly string[]) => {
  const pattern = new RegExp(words.map((word) => `(?<![\\w-])${literal(word)}(?![\\w{-])`).join('|'));
  return [...all].filter(([, text]) => pattern.test(text)).map(([path]) => path);
};
const isAt = (files: readonly string[], pattern: RegExp) => files.some((file) => pattern.test(file));

const routes = (await declaredRoutes()).filter(({ folder }) => folder !== 'functions/dev').map(({ route }) => [route.name]);
const settings = Object.entries(catalogue).flatMap(([name, setting]) => ('default' in setting ? [[name]] : []));
/** All but `code`, which is a word of many meanings. */
const messages = Object.keys(templateChannels).flatMap((name) => (name.includes('-') ? [[name]] : []));
const endings = tableNames('', '');
const tables = tableSettings.map((name) => [name, logicalIdOf(name), `\`${endings[name].slice(2)}\``]);

describe.each(['Add an endpoint', 'Store something new', 'Add a setting', 'Add a message'])('the recipe "%s"', (recipe) => {
  it('names only places that are there', () => {
    const places = placesOf(recipe);
    expect(places.length).toBeGreaterThan(5);
    expect(places.filter(({ pattern }) => !isAt([...all.keys()], pattern)).map(({ written }) => written)).toEqual([]);
  });
});

/** What was added before, and the places in which the name alone has to stand. */
describe.each([
  ['Add an endpoint', routes, /contract|functions\.yml|openapi/],
  ['Store something new', tables, /lib\/settings|resources|docs|\.dynamo|functions\.yml/],
  ['Add a setting', settings, /./],
  ['Add a message', messages, /./],
] as const)('the recipe "%s"', (recipe, examples, places) => {
  it('was followed by all that is there', () => {
    const needed = placesOf(recipe).filter(({ written, isAlways }) => isAlways && places.test(written));
    const missing = examples.flatMap((words) => {
      const found = mentioning(words);
      return needed.filter(({ pattern }) => !isAt(found, pattern)).map(({ written }) => `${words[0]} in ${written}`);
    });
    expect(missing).toEqual([]);
  });

  it('names each file that has all of them', () => {
    const [first = [], ...others] = examples.map((words) => mentioning(words));
    const common = first.filter((file) => others.every((found) => found.includes(file)));
    expect(common.length).toBeGreaterThan(0);
    const named = placesOf(recipe).flatMap(({ written, isAlways }) => (isAlways ? [written] : []));
    expect(common.filter((file) => !named.includes(file))).toEqual([]);
  });
});

/** The words by which an example is found in every file that knows it. */
describe.each([
  ['Add an endpoint', ['sessionsList', '/users/{id}/sessions/', 'listSessions']],
  ['Add an endpoint', ['userSuspend', '/users/{id}/suspend/', 'suspend']],
  [
    'Store something new',
    ['API_TOKENS_TABLE', 'ApiTokensTable', '`api-tokens`', 'ApiTokenStore', 'dynamoApiTokenStore', 'memoryApiTokenStore'],
  ],
  ['Add a setting', ['AVATAR_RATE_USER']],
  ['Add a setting', ['CODE_TRIES']],
  ['Add a message', ['email-changed']],
  ['Add a message', ['suspicious-sign-in']],
] as const)('the recipe "%s"', (recipe, words) => {
  it(`names every file that knows ${words[0]}`, () => {
    const places = placesOf(recipe);
    const found = mentioning(words);
    expect(found.filter((file) => !places.some(({ pattern }) => pattern.test(file)))).toEqual([]);
    expect(places.filter(({ isAlways, pattern }) => isAlways && !isAt(found, pattern)).map(({ written }) => written)).toEqual([]);
  });
});
