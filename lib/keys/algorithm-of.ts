/** The algorithm of a key that does not say it: its curve's, and of an RSA key that of the stage or else the commonest. */
export function algorithmOf({ kty, crv }: { readonly kty?: unknown; readonly crv?: unknown }, stageAlgorithm = ''): string {
  if (kty === 'RSA') return /^[RP]S/.test(stageAlgorithm) ? stageAlgorithm : 'RS256';
  return { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' }[String(crv)] ?? 'EdDSA';
}
