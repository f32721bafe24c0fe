import { type CodeChecking, checkCode } from '#lib/codes/check-code.ts';
import type { CodeProof, CodeTarget } from '#lib/codes/code.ts';
import { checkingRules } from '#lib/codes/code-rules.ts';
import type { TargetRules } from '#lib/codes/target.ts';
import type { Identifier, IdentifierKind } from '#lib/names/identifier.ts';
import { type FieldErrors, Problem } from '#lib/problem.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { AddressStore } from './address-store.ts';

/** The address that a stage requires new users to prove. If it requires none, a code is optional and can prove either. */
type WantedProof = Settings['REGISTER_VERIFIED'];

export type Proving = CodeChecking &
  TargetRules & { readonly wanted: WantedProof; readonly addresses: Pick<AddressStore, 'join' | 'claimantOf'> };

/** What the stage requires. */
export function provingRules(
  settings: Settings,
  needs: Omit<Proving, 'wanted' | keyof ReturnType<typeof checkingRules> | 'region' | 'countries'>,
): Proving {
  const { REGISTER_VERIFIED: wanted, DEFAULT_REGION: region, CODE_COUNTRIES: countries } = settings;
  return { ...needs, wanted, region, countries, ...checkingRules(settings) };
}

/** The address that was proved, and the proof to spend. */
export type Newcomer = { readonly target: CodeTarget; readonly proof: CodeProof };

type Given = { readonly mobile?: string | undefined; readonly code?: string | undefined };

/** The required fields that a registration lacks on a stage that requires a proved address. */
export function missingProof(proving: Proving | undefined, { mobile, code }: Given): FieldErrors {
  if (!proving || proving.wanted === 'off') return {};
  return {
    ...(code === undefined && { code: [{ phrase: 'required' }] }),
    ...(proving.wanted === 'mobile' && mobile === undefined && { mobile: [{ phrase: 'required' }] }),
  };
}

/**
 * Compares the code with those that were sent to the addresses of the new user; the first that fits counts. Every
 * address gets the same answer without a right code (`validation_failed`), so that nobody learns which names are taken.
 */
export async function proveNewcomer(needs: Proving, identifiers: readonly Identifier[], code: string): Promise<Newcomer> {
  const isWanted = (kind: IdentifierKind) => needs.wanted === 'either' || needs.wanted === 'off' || needs.wanted === kind;
  const targets = identifiers.flatMap(({ kind, value }) => (kind !== 'username' && isWanted(kind) ? [{ kind, value }] : []));
  const tried = await Promise.all(
    targets.map(async (target) => ({ target, proof: await checkCode(needs, { purpose: 'register', target, code }) })),
  );
  for (const { target, proof } of tried) if (proof) return { target, proof };
  throw new Problem('validation_failed', { errors: { code: [{ phrase: 'wrong_code' }] } });
}
