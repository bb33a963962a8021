/** What is read without zod is what zod reads. */
import { expect, test } from 'vitest';
import { getOperation, type NodeType, nodeTypes } from '../../src/loaders/node-types.ts';
import { operations } from '../../src/rest/operations.ts';
import { INVALID } from '../../src/rest/wire/reader.ts';
import { damages } from '../hostile/damage.ts';
import { samples, type Wire, writingStep } from '../hostile/samples.ts';

const objects: [name: string, type: NodeType, sample: Wire][] = [
  ...nodeTypes.map((type): [string, NodeType, Wire] => [type, type, samples[type]]),
  ['RunStep that writes a message', 'RunStep', writingStep],
];

test.each(objects)('whatever is wrong with a %s', (_, type, sample) => {
  const { read, result } = operations[getOperation(type)];
  const broken = damages(sample);
  expect(broken.length).toBeGreaterThan(30);
  for (const { name, object } of [{ name: 'nothing', object: sample }, ...broken]) {
    const known = result.safeParse(object);
    expect(read(object), name).toEqual(known.success ? known.data : INVALID);
  }
});

test.each([null, undefined, 5, 'text', [], [samples.Run]])('%j is not an object', (value) => {
  for (const { read } of Object.values(operations)) expect(read(value)).toBe(INVALID);
});
