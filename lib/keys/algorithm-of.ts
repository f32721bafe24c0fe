/** The algorithm of a key without `alg`: its curve's; for RSA the stage's RS or PS algorithm, otherwise RS256. */
export function algorithmOf({ kty, crv }: { readonly kty?: unknown; readonly crv?: unknown }, stageAlgorithm = ''): string {
  if (kty === 'RSA') return /^[RP]S/.test(stageAlgorithm) ? stageAlgorithm : 'RS256';
  return { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' }[String(crv)] ?? 'EdDSA';
}
