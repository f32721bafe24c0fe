/** Nothing was sent, and a retry makes sense. The message is our own, because a server's may hold an address. */
export class TryAgain extends Error {
  override readonly name = 'TryAgain';
}
