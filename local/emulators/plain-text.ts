/**
 * The text of a CloudFormation value on this machine. Pseudo parameters get an account of zeros. Throws if only
 * CloudFormation could know the value.
 */
export function plainText(value: unknown, region: string): string {
  const pseudo: Record<string, string> = {
    'AWS::AccountId': '000000000000',
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::StackName': 'local',
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const lookUp = (name: string): string => {
    const known = pseudo[name];
    if (known === undefined) throw new Error(`"${name}" has no value on this machine; a table or a bucket needs a plain name`);
    return known;
  };
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::Sub': substitute } = (value ?? {}) as { Ref?: unknown; 'Fn::Sub'?: unknown };
  if (typeof Ref === 'string') return lookUp(Ref);
  if (typeof substitute === 'string') return substitute.replace(/\$\{([^!}][^}]*)\}/g, (_, name: string) => lookUp(name.trim()));
  throw new Error(`${JSON.stringify(value)} is not a name; a table or a bucket needs a plain one`);
}
