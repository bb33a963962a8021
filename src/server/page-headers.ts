/**
 * The headers of a page that runs scripts: it cannot be shown in a frame, submits no forms, and tells nobody where it is.
 *
 * @param directives of its Content-Security-Policy: what it may load and call
 */
export function pageHeaders(...directives: string[]) {
  return {
    'content-security-policy': [
      ...directives,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
  };
}
