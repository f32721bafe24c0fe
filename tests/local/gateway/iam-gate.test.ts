import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MadeGate, madeGate, type Sent } from './made-gate.ts';

const users = 'arn:aws:dynamodb:eu-central-1:000000000000:table/users';
const allow = (Action: string | string[], Resource: unknown, Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
});
const usersArn = { 'Fn::GetAtt': ['Users', 'Arn'] };
const objects = { 'Fn::Sub': '${Media.Arn}/avatars/*' };

let made: MadeGate;
beforeAll(async () => {
  made = await madeGate({
    nobody: [],
    writer: [
      allow(['dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:ConditionCheckItem'], usersArn),
      allow(['s3:PutObject', 's3:GetObject'], objects),
    ],
    finder: [allow('dynamodb:Query', { 'Fn::Sub': '${Users.Arn}/index/by-*' })],
    batcher: [allow('dynamodb:Batch*', usersArn)],
    keeper: [allow('ssm:GetParameters', { 'Fn::Sub': 'arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:parameter/app/signing-key' })],
    lister: [
      allow('s3:GetObject', objects),
      allow('s3:ListBucket', { 'Fn::GetAtt': ['Media', 'Arn'] }, { StringLike: { 's3:prefix': 'avatars/*' } }),
    ],
    reader: [allow('s3:GetObject', objects), allow('s3:ListBucket', { 'Fn::GetAtt': ['Media', 'Arn'] })],
    painter: [
      allow('dynamodb:UpdateItem', usersArn, {
        'ForAllValues:StringLike': { 'dynamodb:Attributes': ['id', 'avatar', 'x_*'], 'dynamodb:LeadingKeys': ['user#*'] },
        StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_OLD'] },
      }),
      allow('dynamodb:PutItem', usersArn, { 'ForAllValues:StringLike': { 'dynamodb:Attributes': ['id', 'avatar'] } }),
    ],
    viewer: [
      allow(['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'], usersArn, {
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['id', 'avatar'] },
        StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
      }),
    ],
    caller: [allow('lambda:InvokeFunction', 'arn:aws:lambda:eu-central-1:000000000000:function:made-dev-writer')],
    careful: [allow('dynamodb:*', '*'), { Effect: 'Deny', Action: 'dynamodb:DeleteItem', Resource: usersArn }],
  });
});
afterAll(() => made.stop());
beforeEach(() => made.gate.reset());

const item = { id: { S: '1' }, mail: { S: 'a@b.c' } };
const put: Sent = ['dynamodb', 'PutItem', { TableName: 'users', Item: item }];
const get: Sent = ['dynamodb', 'GetItem', { TableName: 'users', Key: { id: { S: '1' } } }];
const refused = expect.objectContaining({ error: expect.stringMatching(/^AccessDenied/) });
const done = expect.not.objectContaining({ error: expect.anything() });

describe('what a role allows', () => {
  it('is done by the emulator, and recorded as used', async () => {
    expect(await made.send('writer', put, get)).toEqual([done, expect.objectContaining({ Item: item })]);
    expect(made.gate.used()).toEqual([
      { functionName: 'writer', action: 'dynamodb:PutItem', resource: users },
      { functionName: 'writer', action: 'dynamodb:GetItem', resource: users },
    ]);
    expect(made.gate.denied()).toEqual([]);
  });

  it('is the limit: the same call without the grant is refused as on AWS, and nothing is written', async () => {
    const other: Sent = ['dynamodb', 'PutItem', { TableName: 'users', Item: { id: { S: 'unwritten' } } }];
    const [answer] = await made.send('nobody', other);
    expect(answer).toEqual({
      error: 'AccessDeniedException',
      status: 400,
      message: `User: arn:aws:sts::000000000000:assumed-role/made-nobody/made-dev-nobody is not authorized to perform: dynamodb:PutItem on resource: ${users} because no identity-based policy allows the dynamodb:PutItem action`,
    });
    expect(made.gate.denied()).toEqual([{ functionName: 'nobody', action: 'dynamodb:PutItem', resource: users }]);
    const [found] = await made.send('writer', ['dynamodb', 'GetItem', { TableName: 'users', Key: { id: { S: 'unwritten' } } }]);
    expect(found.Item).toBeUndefined();
  });

  it('ends at its resource', async () => {
    expect(await made.send('writer', ['dynamodb', 'PutItem', { TableName: 'others', Item: item }])).toEqual([refused]);
    expect(await made.send('writer', ['s3', 'PutObject', { Bucket: 'media', Key: 'private/1', Body: 'x' }])).toEqual([refused]);
  });

  it('is required for every part of a transaction by its own name', async () => {
    const transact = (...TransactItems: object[]): Sent => ['dynamodb', 'TransactWriteItems', { TransactItems }];
    const Put = { TableName: 'users', Item: { id: { S: '2' } } };
    const ConditionCheck = { TableName: 'users', Key: { id: { S: '9' } }, ConditionExpression: 'attribute_not_exists(id)' };
    const Delete = { TableName: 'users', Key: { id: { S: '1' } } };
    const answers = await made.send('writer', transact({ Put }, { ConditionCheck }), transact({ Put }, { Delete }));
    expect(answers).toEqual([done, refused]);
    expect(made.gate.used().map(({ action }) => action)).toEqual(['dynamodb:PutItem', 'dynamodb:ConditionCheckItem']);
    expect(made.gate.denied().map(({ action }) => action)).toEqual(['dynamodb:DeleteItem']);
    const read = ['dynamodb', 'TransactGetItems', { TransactItems: [{ Get: { TableName: 'users', Key: { id: { S: '2' } } } }] }] as const;
    expect(await made.send('writer', read)).toEqual([done]);
  });

  it('tells an index from its table', async () => {
    const query = (extra: object): Sent => [
      'dynamodb',
      'Query',
      { TableName: 'users', KeyConditionExpression: 'mail = :m', ExpressionAttributeValues: { ':m': { S: 'a@b.c' } }, ...extra },
    ];
    expect(await made.send('finder', query({ IndexName: 'by-mail' }), query({}))).toEqual([done, refused]);
    expect(made.gate.used()[0]?.resource).toBe(`${users}/index/by-mail`);
  });

  it('counts a batch by table and by its own name', async () => {
    const batch = (...tables: string[]): Sent => [
      'dynamodb',
      'BatchGetItem',
      { RequestItems: Object.fromEntries(tables.map((name) => [name, { Keys: [{ id: { S: '1' } }] }])) },
    ];
    expect(await made.send('batcher', batch('users'), batch('users', 'others'), get)).toEqual([done, refused, refused]);
  });

  it('is required in Parameter Store for every requested name', async () => {
    const parameters = (...Names: string[]): Sent => ['ssm', 'GetParameters', { Names }];
    const answers = await made.send('keeper', parameters('/app/signing-key'), parameters('/app/signing-key', '/app/other'));
    expect(answers).toEqual([done, refused]);
    expect(await made.send('keeper', ['ssm', 'GetParameter', { Name: '/app/signing-key' }])).toEqual([refused]);
  });

  it('is required to call another function, which runs with its own role', async () => {
    const invoke = (name: string, event: unknown): Sent => ['lambda', 'Invoke', { FunctionName: name, Payload: JSON.stringify(event) }];
    const [answer, other] = await made.send(
      'caller',
      invoke('made-dev-writer', { calls: [get] }),
      invoke('made-dev-nobody', { calls: [] }),
    );
    expect([answer.FunctionError, JSON.parse(answer.payload)]).toEqual([undefined, [done]]);
    expect(other).toMatchObject({ error: 'AccessDeniedException', status: 403 });
    expect(made.gate.used()).toContainEqual({ functionName: 'writer', action: 'dynamodb:GetItem', resource: users });
    expect(made.gate.denied().map(({ functionName, action }) => [functionName, action])).toEqual([['caller', 'lambda:InvokeFunction']]);
  });

  it('answers a call of a function that throws with a function error, as Lambda does', async () => {
    const [answer] = await made.send('caller', ['lambda', 'Invoke', { FunctionName: 'made-dev-writer', Payload: 'null' }]);
    expect([answer.FunctionError, JSON.parse(answer.payload).errorType]).toEqual(['Unhandled', 'TypeError']);
  });

  it('never outweighs a deny', async () => {
    expect(await made.send('careful', get, ['dynamodb', 'DeleteItem', { TableName: 'users', Key: { id: { S: '1' } } }])).toEqual([
      done,
      refused,
    ]);
  });

  it('keeps its conditions', async () => {
    const list = (Prefix?: string): Sent => ['s3', 'ListObjectsV2', { Bucket: 'media', Prefix }];
    expect(await made.send('lister', list('avatars/'), list('other/'), list())).toEqual([done, refused, refused]);
  });

  describe.each([
    ['alone', (Update: object): Sent => ['dynamodb', 'UpdateItem', Update]],
    ['in a transaction', (Update: object): Sent => ['dynamodb', 'TransactWriteItems', { TransactItems: [{ Update }] }]],
  ])('keeps the columns of a row apart, in an update %s', (_, sent) => {
    const values = { ExpressionAttributeValues: { ':v': { S: 'v' } } };
    const update = (id: string, more: object) => sent({ TableName: 'users', Key: { id: { S: id } }, ...values, ...more });

    it.each<[string, object]>([
      ['a column of the list', { UpdateExpression: 'SET avatar = :v' }],
      ['a part of such a column', { UpdateExpression: 'SET avatar = :v, x_more = if_not_exists(avatar, :v)' }],
      ['a name that stands for one', { UpdateExpression: 'SET #a = :v', ExpressionAttributeNames: { '#a': 'avatar' } }],
      [
        'a condition on one',
        { UpdateExpression: 'SET avatar = :v', ConditionExpression: 'attribute_not_exists(x_no) AND NOT (avatar = :v)' },
      ],
    ])('accepts %s', async (_, more) => {
      expect(await made.send('painter', update('user#1', more))).not.toEqual([refused]);
    });

    it.each<[string, object]>([
      ['another column', { UpdateExpression: 'SET is_superuser = :v' }],
      ['another column beside one of the list', { UpdateExpression: 'SET avatar = :v, password = :v' }],
      ['another column by a name', { UpdateExpression: 'SET #a = :v', ExpressionAttributeNames: { '#a': 'password' } }],
      ['a part of another column', { UpdateExpression: 'SET roles.avatar = :v' }],
      ['to remove another column', { UpdateExpression: 'SET avatar = :v REMOVE password' }],
      ['to guess another column by a condition', { UpdateExpression: 'SET avatar = :v', ConditionExpression: 'begins_with(password, :v)' }],
    ])('refuses %s', async (_, more) => {
      expect(await made.send('painter', update('user#1', more))).toEqual([refused]);
    });

    it('refuses another beginning of the key', async () => {
      expect(await made.send('painter', update('admin#1', { UpdateExpression: 'SET avatar = :v' }))).toEqual([refused]);
    });
  });

  it('limits what a write answers', async () => {
    const update = (ReturnValues: string): Sent => [
      'dynamodb',
      'UpdateItem',
      {
        TableName: 'users',
        Key: { id: { S: 'user#2' } },
        UpdateExpression: 'SET avatar = :v',
        ExpressionAttributeValues: { ':v': { S: 'v' } },
        ReturnValues,
      },
    ];
    expect(await made.send('painter', update('UPDATED_OLD'), update('ALL_OLD'), update('ALL_NEW'))).toEqual([done, refused, refused]);
  });

  it('limits the columns of a new row', async () => {
    const row = (Item: object): Sent => ['dynamodb', 'PutItem', { TableName: 'users', Item }];
    expect(await made.send('painter', row({ id: { S: '3' } }), row({ id: { S: '3' }, is_superuser: { BOOL: true } }))).toEqual([
      done,
      refused,
    ]);
  });

  it('limits the columns that are read, and refuses a read of all', async () => {
    const Key = { id: { S: '1' } };
    const read = (more: object): Sent => ['dynamodb', 'GetItem', { TableName: 'users', Key, ...more }];
    const batch = (more: object): Sent => ['dynamodb', 'BatchGetItem', { RequestItems: { users: { Keys: [Key], ...more } } }];
    const some = { ProjectionExpression: 'id, avatar' };
    const other = { ProjectionExpression: 'id, mail' };
    expect(await made.send('viewer', read(some), batch(some))).toEqual([done, done]);
    expect(await made.send('viewer', read(other), batch(other), read({}), batch({}))).toEqual([refused, refused, refused, refused]);
  });

  it('tells only callers that may list the bucket that an object is missing', async () => {
    const missing: Sent = ['s3', 'GetObject', { Bucket: 'media', Key: 'avatars/missing' }];
    const head: Sent = ['s3', 'HeadObject', { Bucket: 'media', Key: 'avatars/missing' }];
    expect(await made.send('reader', missing, head)).toMatchObject([{ error: 'NoSuchKey' }, { status: 404 }]);
    expect(await made.send('writer', missing, head)).toMatchObject([{ error: 'AccessDenied', status: 403 }, { status: 403 }]);
  });

  it('includes tagging besides the put', async () => {
    const object = { Bucket: 'media', Key: 'avatars/1', Body: 'picture' };
    const tagged: Sent = ['s3', 'PutObject', { ...object, Tagging: 'a=b' }];
    const answers = await made.send('writer', ['s3', 'PutObject', object], tagged, [
      's3',
      'GetObject',
      { Bucket: 'media', Key: 'avatars/1' },
    ]);
    expect(answers).toEqual([done, refused, expect.objectContaining({ text: 'picture' })]);
    expect(made.gate.denied().map(({ action }) => action)).toEqual(['s3:PutObjectTagging']);
  });

  it('is reported if unused, by action and resource', async () => {
    await made.send('writer', put);
    expect(made.gate.unusedGrants().filter(({ functionName }) => functionName === 'writer')).toEqual([
      { functionName: 'writer', action: 'dynamodb:GetItem', resource: users },
      { functionName: 'writer', action: 'dynamodb:ConditionCheckItem', resource: users },
      { functionName: 'writer', action: 's3:PutObject', resource: 'arn:aws:s3:::media/avatars/*' },
      { functionName: 'writer', action: 's3:GetObject', resource: 'arn:aws:s3:::media/avatars/*' },
    ]);
  });

  it('never allows a request that no running function has signed', async () => {
    const call = (headers: Record<string, string>) =>
      fetch(made.gate.endpoints.dynamodb, {
        method: 'POST',
        headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables', ...headers },
        body: '{}',
      });
    const forged =
      'AWS4-HMAC-SHA256 Credential=AKIA.writer.1/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00';
    for (const headers of [{}, { authorization: forged, 'x-amz-security-token': 'session' }]) {
      const answer = await call(headers);
      expect([answer.status, await answer.json()]).toMatchObject([400, { __type: expect.stringContaining('InvalidSignatureException') }]);
    }
  });

  it('survives requests that are not calls', async () => {
    const answer = await fetch(made.gate.endpoints.dynamodb, { method: 'POST', body: '{' }).catch(() => undefined);
    expect(answer?.status).toBe(400);
    expect(await made.send('writer', get)).toEqual([done]);
  });

  it('is read from the template, and an unsupported statement stops the start', async () => {
    const conditional = allow('dynamodb:GetItem', usersArn, { Bool: { 'aws:SecureTransport': true } });
    await expect(madeGate({ strange: [conditional] })).rejects.toThrow('cannot be judged');
  });
});
