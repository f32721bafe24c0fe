import { expect, test } from 'vitest';
import { cognitoNames } from '../../../../scripts/users/import/cognito.ts';
import { watched } from '../../../../scripts/users/import/left-behind.ts';
import { linesAbout } from '../../../../scripts/users/import/tell.ts';

const outcome = {
  ...{ file: 'users.json', about: 'CSV', stage: 'local', place: 'on this machine', isDryRun: false, isStopped: false },
  ...{ total: 1, leftBehind: [], report: 'users.json.report.jsonl' },
};
const counts = { rows: 1, added: 0, there: 0, refused: 0, reasons: {}, passwords: {}, changed: {} };

test('one has no plural for one, and does not mention an empty report', () => {
  expect(linesAbout({ ...outcome, tally: { ...counts, added: 1 } })).toEqual([
    'users.json is CSV: 1 user.',
    '1 was added to the stage local (on this machine).',
  ]);
  expect(linesAbout({ ...outcome, tally: { ...counts, there: 1 } })).toContain('1 already exists and is unchanged.');
  expect(linesAbout({ ...outcome, tally: { ...counts, refused: 1, reasons: { 'row: is no JSON': 1 } } }).slice(2)).toEqual([
    '1 was refused:',
    '        1 row: is no JSON',
    'users.json.report.jsonl lists each row that was refused or changed.',
  ]);
});

test('fields that Cognito names differently are not listed as unused; unused ones are', async () => {
  const rows = async function* () {
    yield { fields: { id: '1', sub: '1', phone_number: '', 'custom:nick': 'ada' } };
  };
  const { source, leftBehind } = watched({ about: '', uses: cognitoNames, rows }, { names: new Map() });
  for await (const _ of source.rows());
  expect([...leftBehind]).toEqual(['custom:nick']);
});
