/** A gatehouse: two towers and the arch between them. Browsers request it as `/favicon.ico` and accept an SVG. */
export const gateIcon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7" fill="#0a6b4a"/><path fill="#fff" d="M6 7h2v2h2V7h2v5h8V7h2v2h2V7h2v18h-7v-5a3 3 0 0 0-6 0v5H6z"/></svg>';

/** The headers of the icon. No script in it may run, even if it is opened as a page. */
export const gateIconHeaders = {
  'content-type': 'image/svg+xml',
  'cache-control': 'public, max-age=86400',
  'content-security-policy': "default-src 'none'",
};
