import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readBody } from '#lib/http/read-body.ts';
import { Problem } from '#lib/problem.ts';
import { sharedData } from '../../shared-data.ts';

const path = sharedData('json/json-test-suite.json');
const files: Record<string, string> = path ? JSON.parse(readFileSync(path, 'utf8')).files : {};
const cases = Object.entries(files);
const outcomeOf = async (base64: string) => {
  try {
    return (await readBody({ body: base64, isBase64Encoded: true, contentType: 'application/json' })).fields;
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    return error as Problem;
  }
};

describe.runIf(path)('JSONTestSuite', () => {
  test('has 318 bodies', () => {
    expect(cases).toHaveLength(318);
  });

  test.for(cases.filter(([name]) => name.startsWith('y_')))('has %s, which is read', async ([, base64]) => {
    const outcome = await outcomeOf(base64);
    const value = JSON.parse(Buffer.from(base64, 'base64').toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) expect(outcome).toEqual(value);
    else expect(outcome).toMatchObject({ code: 'validation_failed' });
  });

  test.for(cases.filter(([name]) => name.startsWith('n_')))('has %s, which is malformed', async ([, base64]) => {
    const outcome = await outcomeOf(base64);
    // 100,000 brackets are larger than a body may be; an empty body has no fields.
    const expected = base64.length > 90_000 ? { code: 'request_too_large' } : { code: 'malformed_request' };
    expect(outcome).toEqual(base64 === '' ? {} : expect.objectContaining(expected));
  });

  test.for(cases.filter(([name]) => name.startsWith('i_')))('has %s, which is read or refused and never a fault', async ([, base64]) => {
    await outcomeOf(base64);
  });
});
