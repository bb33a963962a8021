import { decodeCursor } from '../../src/resolvers/cursor.ts';

/** A response in which each cursor is replaced by the REST ID of its item. */
export function withReadableCursors<Data>(data: Data): Data {
  return JSON.parse(JSON.stringify(data), (key, value) =>
    /cursor$/i.test(key) && typeof value === 'string' ? decodeCursor(value).id : value,
  );
}
