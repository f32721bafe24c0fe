/** Whether the function wants a record. Other records are skipped, as if it had taken them. */
export type EventFilter = (record: object) => boolean;

type Rule =
  | string
  | number
  | null
  | boolean
  | { readonly exists: boolean }
  | { readonly prefix: string }
  | { readonly 'anything-but': string | number | readonly (string | number)[] };
type Pattern = { readonly [key: string]: Pattern | readonly Rule[] };

/**
 * The filter criteria of an event source mapping (Lambda: "Filter rule syntax"). A record passes if one of the patterns
 * matches, or if there is none. The supported rules are equality, `exists`, `prefix` and `anything-but`; throws on any
 * other.
 */
export function eventFilter(patterns: readonly unknown[]): EventFilter {
  for (const pattern of patterns) refuseUnknown(pattern, '');
  return (record) => patterns.length === 0 || patterns.some((pattern) => fits(pattern as Pattern, record));
}

function refuseUnknown(pattern: unknown, at: string): void {
  if (Array.isArray(pattern)) {
    for (const rule of pattern) {
      const [name = '', ...more] = typeof rule === 'object' && rule !== null ? Object.keys(rule) : ['equality'];
      if (more.length > 0 || !['equality', 'exists', 'prefix', 'anything-but'].includes(name)) {
        throw new Error(`the filter rule ${JSON.stringify(rule)} at ${at} is not understood here`);
      }
    }
  } else if (typeof pattern === 'object' && pattern !== null) {
    for (const [key, inner] of Object.entries(pattern)) refuseUnknown(inner, `${at}.${key}`);
  } else throw new Error(`the filter pattern at ${at || 'its root'} has to be a list or an object`);
}

function fits(pattern: Pattern, value: unknown): boolean {
  return Object.entries(pattern).every(([key, inner]) => {
    const found =
      typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
    return Array.isArray(inner) ? inner.some((rule) => meets(rule, found)) : fits(inner as Pattern, found);
  });
}

function meets(rule: Rule, value: unknown): boolean {
  if (typeof rule !== 'object' || rule === null) return value === rule;
  if ('exists' in rule) return rule.exists === (value !== undefined && (typeof value !== 'object' || value === null));
  if ('prefix' in rule) return typeof value === 'string' && value.startsWith(rule.prefix);
  return value !== undefined && ![rule['anything-but']].flat().includes(value as string);
}
