import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasSimplejwt } from '../support/simplejwt.ts';
import { type Input, inputs } from './contract-inputs.ts';
import type { Side } from './contract-requests.ts';
import { bothSides, summaryOf } from './contract-sides.ts';

const { ours, theirs } = await bothSides();
const nameOf = ({ place, input }: Input) => `${place}: ${input}`;
const fixture = new URL('../fixtures/simplejwt-answers.json', import.meta.url);
/** What simplejwt answered to each input. */
const theirAnswers = () => JSON.parse(readFileSync(fixture, 'utf8')) as Record<string, string>;

/** The table of odd inputs in docs/simplejwt.md, without its reasons. */
const documented = readFileSync(new URL('../../docs/simplejwt.md', import.meta.url), 'utf8')
  .split('\n')
  .map((line) => line.split(/^\| | \| | \|$/).slice(1, -1))
  .filter((cells) => cells.length === 5 && cells[0] !== 'sent' && !cells[0]?.startsWith('---'))
  .map((cells) => cells.slice(0, 4));

/** What Gatehouse says, in both languages. */
const chinese: Readonly<Record<string, string>> = {
  'This field is required.': '该字段是必填项。',
  'This field may not be blank.': '该字段不能为空。',
  'This field may not be null.': '该字段不能为 null。',
  'Not a valid string.': '不是有效的字符串。',
  'Null characters are not allowed.': '不允许使用空字符。',
  'Surrogate characters are not allowed: U+D83D.': '不允许使用代理字符：U+D83D。',
  'Surrogate characters are not allowed: U+DE00.': '不允许使用代理字符：U+DE00。',
  'Surrogate characters are not allowed: U+DFFF.': '不允许使用代理字符：U+DFFF。',
  'No data provided': '没有提供数据',
  'Invalid data. Expected a dictionary, but got str.': '无效数据。期待为字典类型，得到的是 str。',
  'Invalid data. Expected a dictionary, but got int.': '无效数据。期待为字典类型，得到的是 int。',
  'Invalid data. Expected a dictionary, but got float.': '无效数据。期待为字典类型，得到的是 float。',
  'Invalid data. Expected a dictionary, but got bool.': '无效数据。期待为字典类型，得到的是 bool。',
  'Invalid data. Expected a dictionary, but got list.': '无效数据。期待为字典类型，得到的是 list。',
  'JSON parse error': 'JSON 解析错误',
  'Multipart form parse error': 'multipart 表单解析错误',
  'Unsupported media type "text/plain" in request.': '请求中的媒体类型“text/plain”不受支持。',
  'Unsupported media type "application/xml" in request.': '请求中的媒体类型“application/xml”不受支持。',
  'Token is invalid': '令牌无效',
  'No active account found with the given credentials': '未找到与所给凭据匹配的有效账户',
  'See errors for what to change, field by field.': '请参阅 errors 中各字段的说明。',
};

type Refusal = { readonly detail?: string; readonly errors?: Readonly<Record<string, readonly string[]>> };
const sentencesIn = ({ detail, errors = {} }: Refusal) => [...(detail ? [detail] : []), ...Object.values(errors).flat()];

/** A summary in which fields have no names, so that answers about different fields are alike. */
const withoutNames = (summary: string) =>
  summary.replaceAll(/\b(username|password|refresh|token): /g, 'the field: ').replace(/(the field: .*); \1$/, '$1');

describe('of every odd input to every endpoint of simplejwt', () => {
  it('there are more than two hundred', () => {
    expect(new Set(inputs.map(nameOf)).size).toBeGreaterThan(200);
    expect(Object.keys(theirAnswers())).toEqual(inputs.map(nameOf));
  });

  it.skipIf(!hasSimplejwt)('simplejwt gives the answers that are recorded here', async () => {
    const answers: Record<string, string> = {};
    for (const input of inputs) answers[nameOf(input)] = summaryOf(await (theirs as Side).ask(input.ask(theirs as Side)));
    await expect(`${JSON.stringify(answers, undefined, 2)}\n`).toMatchFileSnapshot(fixture.pathname);
  });

  it('Gatehouse gives the same answers, except for the differences in docs/simplejwt.md', async () => {
    const recorded = theirAnswers();
    const rows = new Map<string, { readonly sent: Set<string>; readonly places: Set<string>; readonly answers: string[] }>();
    for (const input of inputs) {
      const simplejwt = recorded[nameOf(input)] ?? '';
      const gatehouse = summaryOf(await ours.ask(input.ask(ours)), simplejwt.includes(' · '));
      if (gatehouse === simplejwt) continue;
      const [path = ''] = input.place.split(' ');
      const answers = [simplejwt, gatehouse].map(withoutNames);
      const key = answers.join('\n');
      const row = rows.get(key) ?? { sent: new Set(), places: new Set(), answers };
      row.sent.add(input.input);
      row.places.add(path);
      rows.set(key, row);
    }
    const places = (paths: Set<string>) => (paths.size === 6 ? 'each' : [...paths].join(', '));
    const found = [...rows.values()].map(({ sent, places: paths, answers }) => [[...sent].join(', '), places(paths), ...answers]);
    expect(found).toEqual(documented);
  });

  it('Gatehouse says the same in Chinese', async () => {
    for (const input of inputs) {
      const asked = input.ask(ours);
      const [english, translated] = [
        await ours.ask(asked),
        await ours.ask({ ...asked, headers: { ...asked.headers, 'accept-language': 'zh-CN' } }),
      ];
      const expected = sentencesIn(english.body as Refusal).map((sentence) => chinese[sentence] ?? `no Chinese for ${sentence}`);
      expect([nameOf(input), translated.status, sentencesIn(translated.body as Refusal)]).toEqual([
        nameOf(input),
        english.status,
        expected,
      ]);
    }
  });
});
