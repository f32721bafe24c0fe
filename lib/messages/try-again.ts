/**
 * Nothing was sent, and trying again makes sense. The message is in our own words, because a server's may hold an
 * address.
 */
export class TryAgain extends Error {
  override readonly name = 'TryAgain';
}
