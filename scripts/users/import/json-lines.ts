import { linesOf } from './file-text.ts';
import { type Fields, isFields, type Row } from './row.ts';

type JsonLine = { readonly line: number; readonly fields: Fields } | { readonly line: number; readonly broken: string };

/** The objects of a file with one object per line, of any kind. */
export async function* jsonLines(file: string): AsyncGenerator<JsonLine> {
  for await (const each of linesOf(file)) yield 'broken' in each ? each : { line: each.line, ...objectIn(each.text) };
}

/** Users as JSON, one per line, in our fields or those of another system. */
export async function* rowsOfJsonLines(file: string): AsyncGenerator<Row> {
  for await (const row of jsonLines(file)) yield row;
}

/** JSON.parse quotes the input, which may be personal; only the failure is reported. */
export function objectIn(text: string): { fields: Fields } | { broken: string } {
  try {
    const fields: unknown = JSON.parse(text);
    return isFields(fields) ? { fields } : { broken: 'is no JSON object' };
  } catch {
    return { broken: 'is no JSON' };
  }
}
