import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor } from '../../src/redaction.ts';

const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 12,
  maxLength: 60,
});

test('a secret is found wherever it is in a text, also within Base64 of something longer', () => {
  fc.assert(
    fc.property(
      visible,
      fc.string(),
      fc.string(),
      fc.constantFrom('base64', 'base64url'),
      (secret, before, after, form) => {
        const redact = createRedactor([secret]);
        expect(redact(JSON.stringify(before + secret + after))).not.toContain(
          JSON.stringify(secret).slice(1, -1),
        );
        const encoded = Buffer.from(before + secret + after).toString(form as BufferEncoding);
        const left = Buffer.from(redact(encoded), form as BufferEncoding).toString('latin1');
        expect(left).not.toContain(secret);
      },
    ),
  );
});

test('keys behind the word Bearer are not known in advance', () => {
  expect(createRedactor([])('{"a":"Bearer sk-123","b":1}')).toBe('{"a":"Bearer [redacted]","b":1}');
});

test('short words are not secrets, and other texts stay as they are', () => {
  const text = 'The local Assistants API listens';
  expect(createRedactor(['local', 'a-long-secret'])(text)).toBe(text);
});
