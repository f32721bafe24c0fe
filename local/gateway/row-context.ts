import type { Context } from './iam-policy.ts';

type Names = Readonly<Record<string, string>>;
type Row = Readonly<Record<string, unknown>>;

/** The parameters of one read or write that name rows and columns, as DynamoDB's API has them. */
export type RowRequest = {
  readonly Key?: Row;
  readonly Keys?: readonly Row[];
  readonly Item?: Row;
  readonly IndexName?: string;
  readonly Select?: string;
  readonly ReturnValues?: string;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ProjectionExpression?: string;
  readonly FilterExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeNames?: Names;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
};

/**
 * The values of DynamoDB's condition keys for one read or write, as "Using IAM policy conditions for fine-grained
 * access control" (Amazon DynamoDB Developer Guide) describes them. `dynamodb:Attributes` holds each top-level
 * attribute that the request names, also those that only its condition reads. A request in a transaction has no
 * `ReturnValues`.
 */
export function rowContext(action: string, request: RowRequest, partitionKey: string | undefined): Context {
  const returned = /^(Get|BatchGet|Query|Scan)/.test(action) ? { 'dynamodb:Select': selectOf(request) } : {};
  const answered = request.ReturnValues === undefined ? {} : { 'dynamodb:ReturnValues': request.ReturnValues };
  const keys = leadingKeys(request, partitionKey);
  return {
    'dynamodb:Attributes': attributesOf(request),
    ...(keys.length > 0 && { 'dynamodb:LeadingKeys': keys }),
    ...returned,
    ...answered,
  };
}

function selectOf({ Select, ProjectionExpression, IndexName }: RowRequest): string {
  if (Select !== undefined) return Select;
  if (ProjectionExpression !== undefined) return 'SPECIFIC_ATTRIBUTES';
  return IndexName === undefined ? 'ALL_ATTRIBUTES' : 'ALL_PROJECTED_ATTRIBUTES';
}

/** The values of the partition key: of the keys, of the item, or of the key condition of a query. */
function leadingKeys(request: RowRequest, partitionKey: string | undefined): string[] {
  if (partitionKey === undefined) return [];
  const { Key, Keys = [], Item, KeyConditionExpression = '' } = request;
  const rows = [...Keys, ...[Key ?? Item ?? []].flat()] as Row[];
  const equals = /(#?[\w]+)\s*=\s*(:\w+)/g;
  const asked = [...KeyConditionExpression.matchAll(equals)]
    .filter(([, name = '']) => (request.ExpressionAttributeNames?.[name] ?? name) === partitionKey)
    .map(([, , value = '']) => request.ExpressionAttributeValues?.[value]);
  return [...rows.map((row) => row[partitionKey]), ...asked].flatMap(textOf);
}

/** The text of a string attribute as it is sent: `{ "S": "…" }`. */
const textOf = (value: unknown): string[] => {
  const text = (value as { S?: unknown } | undefined)?.S;
  return typeof text === 'string' ? [text] : [];
};

function attributesOf(request: RowRequest): string[] {
  const { Key, Keys = [], Item, ExpressionAttributeNames = {} } = request;
  const rows = [...Keys, ...[Key ?? []].flat(), ...[Item ?? []].flat()] as Row[];
  const expressions = [
    request.UpdateExpression,
    request.ConditionExpression,
    request.ProjectionExpression,
    request.FilterExpression,
    request.KeyConditionExpression,
  ];
  const named = expressions.flatMap((expression = '') => pathsOf(expression)).map((path) => ExpressionAttributeNames[path] ?? path);
  return [...new Set([...rows.flatMap((row) => Object.keys(row)), ...named])];
}

const words = /^(SET|REMOVE|ADD|DELETE|AND|OR|NOT|BETWEEN|IN)$/i;

/** The beginnings of the paths in an expression: no functions, keywords, values, nested names or indexes. */
function pathsOf(expression: string): string[] {
  return [...expression.matchAll(/(?<![\w:#.])(#?\w+)(?!\w)(\s*\()?/g)]
    .filter(([, path = '', call]) => !words.test(path) && !/^\d/.test(path) && !(call && !path.startsWith('#')))
    .map(([, path = '']) => path);
}
