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

test('whatever an id holds, it stays one segment of a path, and says the same there', () => {
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

test('a global id leads back to what it was made from', () => {
  fc.assert(
    fc.property(anyPath, ([type, path]) => {
      expect(decodeGlobalId(encodeGlobalId(type, path))).toEqual({ type, path });
    }),
  );
});

test('no two objects have one global id', () => {
  fc.assert(
    fc.property(anyPath, anyPath, (one, other) => {
      const same = JSON.stringify(one) === JSON.stringify(other);
      expect(encodeGlobalId(...one) === encodeGlobalId(...other)).toBe(same);
    }),
  );
});

test('a text that is taken for a global id is exactly the one that its object has', () => {
  const nearly = anyPath.chain(([type, path]) => {
    const text = encodeGlobalId(type, path);
    return fc
      .tuple(fc.nat({ max: text.length }), anyText)
      .map(([at, change]) => text.slice(0, at) + change + text.slice(at + change.length));
  });
  fc.assert(
    fc.property(fc.oneof(anyText, nearly), (text) => {
      const decoded = decodeGlobalId(text);
      if (decoded !== undefined) expect(encodeGlobalId(decoded.type, decoded.path)).toBe(text);
    }),
  );
});
