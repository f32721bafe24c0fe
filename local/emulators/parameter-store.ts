import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Emulator } from './emulator.ts';
import { listen } from './listen.ts';
import { type Parameter, type Parameters, readParameters, writeParameters } from './parameter-file.ts';

type Options = {
  /** The file of the parameters; without it they live in memory. */
  readonly file?: string;
  readonly port?: number;
};
type Input = Record<string, unknown>;

/** A refusal in AWS's own words; the SDK turns it into an exception of that name. */
class SsmRefusal extends Error {
  readonly code: string;
  constructor(code: string, message = '') {
    super(message);
    this.code = code;
  }
}

/**
 * Starts the part of Systems Manager's Parameter Store that keeps our keys, on 127.0.0.1 (AWS JSON 1.1): GetParameter,
 * GetParameters, GetParametersByPath, PutParameter and DeleteParameter. A SecureString read without decryption is unreadable, as on AWS.
 */
export async function startParameterStore({ file, port = 0 }: Options = {}): Promise<Emulator> {
  const parameters = file ? readParameters(file) : new Map<string, Parameter>();
  const save = (changed: Parameters) => {
    if (file) writeParameters(file, changed);
  };
  const server = createServer(async (request, response) => {
    const reply = (status: number, headers: Record<string, string>, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID(), ...headers });
      response.end(JSON.stringify(body));
    };
    try {
      const input: Input = JSON.parse((await text(request)) || '{}');
      reply(200, {}, perform(actionOf(request), input, parameters, save));
    } catch (error) {
      const code = codeOf(error);
      reply(
        code === 'InternalServerError' ? 500 : 400,
        { 'x-amzn-errortype': code },
        { __type: code, message: error instanceof Error ? error.message : '' },
      );
    }
  });
  return listen(server, port);
}

function codeOf(error: unknown): string {
  if (error instanceof SsmRefusal) return error.code;
  return error instanceof SyntaxError ? 'SerializationException' : 'InternalServerError';
}

/** Refuses a web page that resolves a name of its own to this address (DNS rebinding): the host must be ours. */
function actionOf({ headers, method }: IncomingMessage): string {
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? ''))
    throw new SsmRefusal('AccessDeniedException', 'only from this machine');
  const [service, action] = String(headers['x-amz-target']).split('.');
  if (method !== 'POST' || service !== 'AmazonSSM' || !action) throw new SsmRefusal('UnknownOperationException');
  return action;
}

function perform(action: string, input: Input, parameters: Parameters, save: (changed: Parameters) => void): object {
  switch (action) {
    case 'GetParameter': {
      const name = nameIn(input);
      const parameter = parameters.get(name);
      if (!parameter) throw new SsmRefusal('ParameterNotFound');
      return { Parameter: shown(name, parameter, input) };
    }
    case 'GetParameters': {
      const names = namesIn(input);
      return {
        Parameters: [...parameters].filter(([name]) => names.has(name)).map(([name, parameter]) => shown(name, parameter, input)),
        InvalidParameters: [...names].filter((name) => !parameters.has(name)),
      };
    }
    case 'GetParametersByPath': {
      const path = `${String(input['Path']).replace(/\/$/, '')}/`;
      const found = [...parameters].filter(([name]) => name.startsWith(path) && !name.slice(path.length).includes('/'));
      return { Parameters: found.map(([name, parameter]) => shown(name, parameter, input)) };
    }
    case 'PutParameter': {
      const name = nameIn(input);
      const known = parameters.get(name);
      const { Overwrite } = input;
      if (known && Overwrite !== true) {
        throw new SsmRefusal(
          'ParameterAlreadyExists',
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
        );
      }
      const changed = { ...contentIn(input, known), Version: (known?.Version ?? 0) + 1, LastModifiedDate: Date.now() / 1000 };
      save(new Map(parameters).set(name, changed));
      parameters.set(name, changed);
      return { Tier: 'Standard', Version: changed.Version };
    }
    case 'DeleteParameter': {
      const name = nameIn(input);
      if (!parameters.has(name)) throw new SsmRefusal('ParameterNotFound');
      const rest = new Map([...parameters].filter(([other]) => other !== name));
      save(rest);
      parameters.delete(name);
      return {};
    }
    default:
      throw new SsmRefusal('UnknownOperationException', `${action} is not emulated`);
  }
}

function shown(name: string, { Type, Value, Version, LastModifiedDate }: Parameter, { WithDecryption }: Input): object {
  const isSealed = Type === 'SecureString' && WithDecryption !== true;
  return {
    ARN: `arn:aws:ssm:local:000000000000:parameter${name}`,
    DataType: 'text',
    Name: name,
    Type,
    Value: isSealed ? createHash('sha256').update(Value).digest('base64') : Value,
    Version,
    LastModifiedDate,
  };
}

function nameIn({ Name }: Input): string {
  if (typeof Name !== 'string' || !/^\/?[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/.test(Name) || Name.length > 2048) {
    throw new SsmRefusal('ValidationException', 'Parameter name must be a path of letters, digits and . _ -');
  }
  return Name;
}

function namesIn({ Names }: Input): Set<string> {
  if (!Array.isArray(Names) || Names.length < 1 || Names.length > 10) throw new SsmRefusal('ValidationException', 'Names: 1 to 10 of them');
  return new Set(Names.map((Name) => nameIn({ Name })));
}

function contentIn({ Type, Value }: Input, known: Parameter | undefined): Pick<Parameter, 'Type' | 'Value'> {
  const type = Type ?? known?.Type;
  if (type !== 'String' && type !== 'StringList' && type !== 'SecureString') {
    throw new SsmRefusal('ValidationException', 'A parameter type is required when you create a parameter.');
  }
  if (typeof Value !== 'string' || Value.length < 1 || Buffer.byteLength(Value) > 4096) {
    throw new SsmRefusal('ValidationException', 'Standard tier parameters support a maximum parameter value of 4096 characters.');
  }
  return { Type: type, Value };
}
