/** Nothing was sent, and trying again makes sense. Says what went wrong in words of ours: what others say may hold an address. */
export class TryAgain extends Error {
  override readonly name = 'TryAgain';
}
