/** Shorter ones are words that logs may contain, such as the key `local`. */
const MIN_LENGTH = 8;
const REPLACEMENT = '[redacted]';
/** Keys and tokens of clients are not known in advance. */
const BEARER = /\b(bearer|basic)\s+[^\s"\\,]+/gi;

/** Removes secrets from texts, whether they are as they are, encoded as Base64, or behind the word `Bearer`. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets)].filter((secret) => secret.length >= MIN_LENGTH).flatMap(formsOf);
  return (text) => {
    let redacted = text.replace(BEARER, `$1 ${REPLACEMENT}`);
    for (const form of forms) if (redacted.includes(form)) redacted = redacted.replaceAll(form, REPLACEMENT);
    return redacted;
  };
}

function formsOf(secret: string): string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  const encoded = [0, 1, 2].flatMap((offset) => [
    withinBase64(secret, offset, 'base64'),
    withinBase64(secret, offset, 'base64url'),
  ]);
  return [...new Set([secret, inJson, encodeURIComponent(secret), ...encoded])];
}

/** What Base64 has of a secret that begins at this byte of a group of three, without what depends on its neighbors. */
function withinBase64(secret: string, offset: number, encoding: 'base64' | 'base64url'): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const whole = Math.floor((bytes.length * 8) / 6);
  return bytes.toString(encoding).slice(Math.ceil((offset * 8) / 6), whole);
}
