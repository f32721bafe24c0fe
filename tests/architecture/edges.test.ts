import { describe, expect, it } from 'vitest';
import { type Source, sources } from './sources.ts';

const all = sources();
const naming = (word: RegExp) => all.filter(({ text }: Source) => word.test(text)).map(({ path }) => path);

describe('an unmet condition', () => {
  it('is translated by one file for transactions, and by one for single writes', () => {
    expect(naming(/TransactionCanceledException|TransactWriteCommand\b/)).toEqual(['lib/aws/transact.ts']);
    expect(naming(/ConditionalCheckFailedException/)).toEqual(['lib/aws/conditional.ts']);
  });
});
