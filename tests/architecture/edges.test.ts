import { describe, expect, it } from 'vitest';
import { type Source, sources } from './sources.ts';

const all = sources();
const naming = (word: RegExp) => all.filter(({ text }: Source) => word.test(text)).map(({ path }) => path);

/** What may read the clock. All other code gets it in `Needs`, or a moment as an argument. */
const clocks: Readonly<Record<string, string>> = {
  'lib/clock.ts': 'the clock itself',
  'lib/http/middlewares.ts': 'how long an answer took, for the log',
  'lib/keys/django-key.ssm.ts': 'the age of a cache, chosen by the adapter',
  'lib/keys/foreign-keys.ts': 'the age of a cache, where the sources of keys are put together',
  'lib/keys/key-store.ssm.ts': 'the age of a cache, chosen by the adapter',
  'lib/log.ts': 'the moment of a metric',
  'lib/messages/sender-secrets.ssm.ts': 'the age of a cache, chosen by the adapter',
  'lib/throttle/lookup-secret.ssm.ts': 'the age of a cache, chosen by the adapter',
};

/** What may draw random values. What is drawn only has to be new, or unguessable; a rule that is decided by it gets it in `Needs`. */
const draws: Readonly<Record<string, string>> = {
  'functions/api-tokens/obtain.ts': 'passes it on in Needs',
  'functions/auth/register.ts': 'passes it on in Needs',
  'functions/captcha/show.ts': 'passes it on in Needs',
  'functions/users/create.ts': 'passes it on in Needs',
  'lib/api-tokens/token-text.ts': 'the secret of a token',
  'lib/aws/patience.ts': 'the wait between two tries',
  'lib/cursor.ts': 'a nonce',
  'lib/ids.ts': 'ids',
  'lib/keys/new-key.ts': 'key material',
  'lib/keys/rotate-secret.ts': 'key material',
  'lib/passwords/salt.ts': 'salts',
  'lib/throttle/throttle.ts': 'spreads a limit over rows that all count alike',
  'lib/transfer/password-seal.ts': 'salts and nonces',
};

describe('the clock', () => {
  it('is read by few, each for a reason', () => {
    expect(naming(/\bnew Date\(\)|\bDate\.now\b|\bperformance\.now\b/)).toEqual(Object.keys(clocks));
  });

  it('is passed on by handlers, and asked by adapters and the endpoint only', () => {
    const others = naming(/'#lib\/clock\.ts'/).filter((path) => !/^functions\/|\.dynamo\.ts$/.test(path));
    expect(others).toEqual(['lib/http/endpoint.ts']);
  });
});

describe('randomness', () => {
  it('is drawn by few, each for a reason', () => {
    expect(naming(/\b(randomBytes|randomInt|randomUUID|randomFill\w*|getRandomValues|Math\.random)\b/)).toEqual(Object.keys(draws));
  });
});

describe('an unmet condition', () => {
  it('is translated by one file for transactions, and by one for single writes', () => {
    expect(naming(/TransactionCanceledException|TransactWriteCommand\b/)).toEqual(['lib/aws/transact.ts']);
    expect(naming(/ConditionalCheckFailedException/)).toEqual(['lib/aws/conditional.ts']);
  });
});
