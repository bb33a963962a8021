import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoText } from '../../src/schema/iso-text.ts';

test('a date has the text that toISOString gives it, in any order of days', () => {
  const seconds = fc.integer({ min: -8_640_000_000_000, max: 8_640_000_000_000 });
  const milliseconds = fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 });
  const recent = fc.integer({ min: 1_700_000_000, max: 1_700_500_000 });
  const times = fc.oneof(
    recent.map((time) => time * 1000),
    seconds.map((time) => time * 1000),
    milliseconds,
  );
  fc.assert(
    fc.property(fc.array(times), (all) => {
      const dates = all.map((time) => new Date(time));
      expect(dates.map(isoText)).toEqual(dates.map((date) => date.toISOString()));
    }),
  );
});
