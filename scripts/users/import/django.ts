import { Refusal } from '#local/refusal.ts';
import { itemsOf } from './json-items.ts';
import { jsonLines } from './json-lines.ts';
import { type Fields, isFields, own, type Row, type Source } from './row.ts';

type Dumped = { readonly line?: number | undefined; readonly model: string; readonly pk: unknown; readonly fields: Fields };
type Broken = { readonly line?: number | undefined; readonly broken: string };

/**
 * The output of Django's `dumpdata`: one array of JSON or (`--format jsonl`) one object per line. `model` is that of
 * the users, by default `auth.user`. The file is first read to its end for the names of the groups. Throws a Refusal if
 * it has no such model.
 */
export async function openDjango(file: string, isLines: boolean, model: string | undefined): Promise<Source> {
  const objects = () => dumped(file, isLines);
  const groups = new Map<string, string>();
  const models = new Map<string, boolean>();
  for await (const each of objects()) {
    if ('broken' in each) continue;
    models.set(each.model, models.get(each.model) || (Object.hasOwn(each.fields, 'password') && Object.hasOwn(each.fields, 'last_login')));
    const name = own(each.fields, 'name');
    if (each.model === 'auth.group' && typeof name === 'string') groups.set(String(each.pk), name);
  }
  const wanted = model?.toLowerCase() ?? 'auth.user';
  if (!models.has(wanted)) throw new Refusal(withoutModel(file, wanted, models));
  return {
    about: `Django's dumpdata (${wanted})`,
    isDjango: true,
    async *rows() {
      for await (const each of objects()) {
        if ('broken' in each) yield each;
        else if (each.model === wanted) yield userRow(each, groups);
      }
    },
  };
}

async function* dumped(file: string, isLines: boolean): AsyncGenerator<Dumped | Broken> {
  if (isLines) for await (const row of jsonLines(file)) yield 'broken' in row ? row : objectOf(row.fields, row.line);
  else for await (const item of itemsOf(file, '$.*')) yield objectOf(item);
}

function objectOf(item: unknown, line?: number): Dumped | Broken {
  if (!isFields(item)) return { line, broken: 'is no object' };
  const [model, fields] = [own(item, 'model'), own(item, 'fields')];
  if (typeof model !== 'string' || !isFields(fields)) return { line, broken: 'has no model and fields, as what dumpdata writes has' };
  return { line, model: model.toLowerCase(), pk: own(item, 'pk'), fields };
}

/** With `--natural-foreign` a group is its name in a list; otherwise its key. */
function userRow({ line, pk, fields }: Dumped, names: ReadonlyMap<string, string>): Row {
  const listed = own(fields, 'groups');
  const groups = Array.isArray(listed) ? listed.map((each) => (Array.isArray(each) ? each[0] : (names.get(String(each)) ?? each))) : listed;
  return { line, fields: { ...fields, id: pk, groups } };
}

function withoutModel(file: string, wanted: string, models: ReadonlyMap<string, boolean>): string {
  const like = [...models].filter(([, isLike]) => isLike).map(([name]) => name);
  const hint = like.length > 0 ? ` Users seem to be ${like.join(' or ')} there: say --model ${like[0]}.` : '';
  return `${file} has no ${wanted}.${hint}`;
}
