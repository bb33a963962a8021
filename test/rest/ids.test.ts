import fc from 'fast-check';
import { expect, test } from 'vitest';
import { depthOf, nodeTypes } from '../../src/loaders/node-types.ts';
import { decodeGlobalId, encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { isId, pathSegment } from '../../src/rest/path.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('..', '.', '%2e%2e', 'a\0', '\\..\\'),
);
const anyId = anyText.filter(isId);
const anyPath = fc
  .constantFrom(...nodeTypes)
  .chain((type) =>
    fc.tuple(fc.constant(type), fc.array(anyId, { minLength: depthOf(type), maxLength: depthOf(type) })),
  );

test('every valid id stays one path segment, and decodes to the same id', () => {
  fc.assert(
    fc.property(anyId, (id) => {
      const { pathname, search, hash } = new URL(`http://host/v1/threads/${pathSegment(id)}/runs`);
      const segments = pathname.split('/');
      expect(segments).toHaveLength(5);
      expect(decodeURIComponent(segments[3] ?? '')).toBe(id);
      expect({ search, hash }).toEqual({ search: '', hash: '' });
    }),
  );
});

test('a global id decodes to the type and path that it encodes', () => {
  fc.assert(
    fc.property(anyPath, ([type, path]) => {
      expect(decodeGlobalId(encodeGlobalId(type, path))).toEqual({ type, path });
    }),
  );
});

test('different objects have different global ids', () => {
  fc.assert(
    fc.property(anyPath, anyPath, (one, other) => {
      const same = JSON.stringify(one) === JSON.stringify(other);
      expect(encodeGlobalId(...one) === encodeGlobalId(...other)).toBe(same);
    }),
  );
});

test('text that decodes as a global id is the global id of its object', () => {
  const nearlyGlobalId = anyPath.chain(([type, path]) => {
    const text = encodeGlobalId(type, path);
    return fc
      .tuple(fc.nat({ max: text.length }), anyText)
      .map(([at, change]) => text.slice(0, at) + change + text.slice(at + change.length));
  });
  fc.assert(
    fc.property(fc.oneof(anyText, nearlyGlobalId), (text) => {
      const decoded = decodeGlobalId(text);
      if (decoded !== undefined) expect(encodeGlobalId(decoded.type, decoded.path)).toBe(text);
    }),
  );
});
