import { exitCodes, Refusal } from '#local/refusal.ts';
import { openUserFile } from '../user-file.ts';
import { cognitoNames, rowsOfCognito, rowsOfCognitoCsv } from './cognito.ts';
import { rowsOfCsv } from './csv.ts';
import { openDjango } from './django.ts';
import { bytesOf } from './file-text.ts';
import { objectIn, rowsOfJsonLines } from './json-lines.ts';
import { own, type Row, type Source } from './row.ts';

export const formats = ['django', 'csv', 'jsonl', 'cognito'] as const;
export type Format = (typeof formats)[number];

type Shape = { readonly format: Format; readonly isLines: boolean; readonly isOurs: boolean };

type Wanted = { readonly format: Format | undefined; readonly model: string | undefined; readonly askPassphrase: () => Promise<string> };

/** Opens a file of users. The kind is given, or recognised by the beginning. Throws a Refusal if it is none. */
export async function openSource(file: string, { format, model, askPassphrase }: Wanted): Promise<Source> {
  const shape = await shapeOf(file, format);
  if (model !== undefined && shape.format !== 'django')
    throw new Refusal(`--model is for what Django's dumpdata writes, and ${file} is ${shape.format}.`, exitCodes.misused);
  if (shape.isOurs) return await openOurs(file, askPassphrase);
  if (shape.format === 'django') return await openDjango(file, shape.isLines, model);
  if (shape.format === 'jsonl') return { about: 'JSON lines', rows: () => rowsOfJsonLines(file) };
  if (shape.format === 'csv') return { about: 'CSV', rows: () => rowsOfCsv(file) };
  if (shape.isLines) return { about: "CSV of Cognito's", uses: cognitoNames, rows: () => rowsOfCognitoCsv(file) };
  return { about: "Cognito's list-users", uses: cognitoNames, rows: () => rowsOfCognito(file) };
}

async function shapeOf(file: string, said: Format | undefined): Promise<Shape> {
  const head = await headOf(file);
  if (head === '') throw new Refusal(`${file} is empty.`);
  const line = head.split('\n', 1)[0] ?? '';
  const found = objectIn(line);
  const first = 'fields' in found ? found.fields : {};
  const isJson = head.startsWith('{');
  const shape = { isLines: !head.startsWith('['), isOurs: own(first, 'gatehouse') === 'users' };
  if (said === 'cognito') return { ...shape, format: said, isLines: !isJson };
  if (said) return { ...shape, format: said };
  if (!shape.isLines) return { ...shape, format: 'django' };
  if (!isJson) return { ...shape, format: line.includes('cognito:username') ? 'cognito' : 'csv' };
  if (/"Users"\s*:\s*\[/.test(head) && !Object.hasOwn(first, 'model')) return { ...shape, format: 'cognito', isLines: false };
  return { ...shape, format: /^\{\s*"(?:model|pk|fields)"\s*:/.test(head) ? 'django' : 'jsonl' };
}

/** The beginning of a file without white space and a byte order mark. */
async function headOf(file: string): Promise<string> {
  let head = '';
  for await (const chunk of bytesOf(file)) {
    head += chunk
      .toString('utf8')
      .replace(/^\ufeff/, '')
      .trimStart();
    if (head.length > 65_536) break;
  }
  return head;
}

async function openOurs(file: string, askPassphrase: () => Promise<string>): Promise<Source> {
  const { seal, lines } = await openUserFile(file, askPassphrase);
  return {
    about: seal ? 'an export of Gatehouse, sealed' : 'an export of Gatehouse',
    open: seal && ((sealed, userId) => seal.open(sealed, userId)),
    async *rows() {
      for await (const { line, text } of lines()) yield ourRow(line, text);
    },
  };
}

function ourRow(line: number, text: string): Row {
  const found = objectIn(text);
  return 'broken' in found ? { line, ...found } : { line, record: found.fields };
}
