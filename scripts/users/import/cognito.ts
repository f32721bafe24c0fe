import { rowsOfCsv } from './csv.ts';
import { itemsOf } from './json-items.ts';
import { type Fields, isFields, own, type Row } from './row.ts';

/** The names that `fieldsOf` reads besides ours. */
export const cognitoNames = [
  'sub',
  'cognito:username',
  'preferred_username',
  'given_name',
  'family_name',
  'phone_number',
  'phone_number_verified',
];

/**
 * The users of `aws cognito-idp list-users`. Cognito does not export passwords, so no user has one before setting it
 * again.
 */
export async function* rowsOfCognito(file: string): AsyncGenerator<Row> {
  for await (const item of itemsOf(file, '$.Users.*')) {
    if (!isFields(item)) yield { broken: 'is no object' };
    else yield { fields: { ...fieldsOf(attributesOf(item), own(item, 'Username')), ...ownFields(item) } };
  }
}

/** The same from CSV with the header of Cognito's own imports (`cognito:username`, …). */
export async function* rowsOfCognitoCsv(file: string): AsyncGenerator<Row> {
  for await (const row of rowsOfCsv(file))
    yield 'fields' in row ? { line: row.line, fields: fieldsOf(row.fields, own(row.fields, 'cognito:username')) } : row;
}

function attributesOf(item: Fields): Fields {
  const listed = own(item, 'Attributes');
  const pairs = (Array.isArray(listed) ? listed : []).filter(isFields);
  return Object.fromEntries(pairs.map((pair) => [String(own(pair, 'Name')), own(pair, 'Value')]));
}

function ownFields(item: Fields): Fields {
  return { is_active: own(item, 'Enabled'), date_joined: own(item, 'UserCreateDate') };
}

/** If people sign in with their e-mail address, Cognito's username is the `sub`, which no person has ever typed. */
function fieldsOf(attributes: Fields, username: unknown): Fields {
  const of = (name: string) => own(attributes, name);
  return {
    ...attributes,
    id: of('sub'),
    username: of('preferred_username') || (username === of('sub') ? undefined : username),
    name: of('name') || undefined,
    first_name: of('given_name'),
    last_name: of('family_name'),
    mobile: of('phone_number'),
    mobile_verified: of('phone_number_verified'),
    password: undefined,
  };
}
