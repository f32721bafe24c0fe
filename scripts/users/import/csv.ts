import { type CsvError, type InfoRecord, parse } from 'csv-parse';
import { Refusal } from '#local/refusal.ts';
import { mostBytes, textOf } from './file-text.ts';
import type { Row } from './row.ts';

/**
 * Users as comma-separated values (RFC 4180) with a header line. Throws a Refusal if the header names a column twice,
 * the file is not UTF-8, or a quotation mark is wrong: then the start of the next row is unknown.
 */
export async function* rowsOfCsv(file: string): AsyncGenerator<Row> {
  let columns: readonly string[] | undefined;
  for await (const { line, values } of records(file)) {
    if (!columns) columns = header(file, values);
    else if (values.length !== columns.length) yield { line, broken: `has ${values.length} fields, and the header line ${columns.length}` };
    else yield { line, fields: Object.fromEntries(columns.map((name, index) => [name, values[index]])) };
  }
}

type Parsed = { readonly line: number; readonly values: readonly string[] };

/** The records with their first lines. */
async function* records(file: string): AsyncGenerator<Parsed> {
  let [ready, last]: [Parsed[], number] = [[], 0];
  const parser = parse({
    relax_column_count: true,
    max_record_size: mostBytes,
    on_record(values: string[], { lines }: InfoRecord) {
      if (values.length > 1 || values[0] !== '') ready.push({ line: last + 1, values });
      last = lines;
      return null;
    },
  });
  const failed = new Promise<never>((_, reject) => parser.once('error', (error: CsvError) => reject(refusal(file, last + 1, error))));
  failed.catch(() => {});
  parser.resume();
  for await (const text of textOf(file)) {
    await Promise.race([new Promise((resolve) => parser.write(text, resolve)), failed]);
    yield* ready;
    ready = [];
  }
  await Promise.race([new Promise<void>((resolve) => parser.end(resolve)), failed]);
  yield* ready;
}

/** The parser's own sentence quotes the input, which may be personal. */
function refusal(file: string, line: number, { code }: CsvError): Refusal {
  const what = code === 'CSV_MAX_RECORD_SIZE' ? `is longer than ${mostBytes} bytes, or a` : 'is not as RFC 4180 has it: a';
  return new Refusal(`The row on line ${line} of ${file} ${what} quotation mark is out of place. Nothing was imported.`);
}

function header(file: string, values: readonly string[]): string[] {
  const names = values.map((name) => name.trim());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Refusal(`The header line of ${file} names the column "${twice}" twice.`);
  return names;
}
