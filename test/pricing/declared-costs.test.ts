/** Each field says what it costs, and a graph in which one does not is rejected. */
import { expect, test } from 'vitest';
import { cost } from '../../src/fields/cost.ts';
import { requireCosts } from '../../src/fields/required-costs.ts';
import { checkPrice } from '../../src/pricing/check-price.ts';
import { extendedSchema } from '../support/extended-schema.ts';
import { operationSource } from '../support/operation-source.ts';

const page = '(first: Int, after: String)';

test.each<[what: string, sdl: string, fields: string[]]>([
  ['a root field of a query', 'extend type Query { recentRuns: [Run!] }', ['Query.recentRuns']],
  ['a root field that returns a scalar', 'extend type Query { version: String }', ['Query.version']],
  ['a mutation', 'extend type Mutation { createRuns(id: ID!): CreateRunPayload }', ['Mutation.createRuns']],
  [
    'a subscription',
    'extend type Subscription { allEvents(id: ID!): Happening } type Happening { at: DateTime }',
    ['Subscription.allEvents'],
  ],
  ['a field that returns an object', 'extend type Thread { firstRun: Run }', ['Thread.firstRun']],
  [
    'a field that leads to an object by way of others',
    'extend type Thread { summary: Summary } type Summary { newest: Newest } type Newest { message: Message }',
    ['Thread.summary', 'Summary.newest', 'Newest.message'],
  ],
  [
    'a field that leads to an object by way of a union',
    'extend type Thread { latest: Latest } union Latest = PageInfo | RunEdge',
    ['Thread.latest'],
  ],
  [
    'a field that leads to an object by way of an interface',
    'extend type Thread { latest: Latest } interface Latest { at: DateTime } type LatestRun implements Latest { at: DateTime run: Run }',
    ['Thread.latest', 'LatestRun.run'],
  ],
])('%s must declare its cost', (_, sdl, fields) => {
  const rejected = errorOf(() => requireCosts(extendedSchema(sdl)));
  const lines = fields.map((field) => expect.stringContaining(`${field} must declare its cost`));
  expect(rejected.split('\n').slice(1)).toEqual(lines);
});

test.each<[what: string, sdl: string, declared: object, problem: string]>([
  ['a write in a query', 'extend type Query { x: Run }', cost.write('createRun'), 'list, lookUp'],
  ['a read in a mutation', 'extend type Mutation { x(id: ID!): Run }', cost.lookUp('Run'), 'write'],
  ['a write below the root', 'extend type Thread { x: Run }', cost.write('createRun'), 'list, lookUp, link'],
  ['a link at the root', 'extend type Query { x: Run }', cost.link('Run'), 'list, lookUp'],
  ['an object in hand at the root', 'extend type Query { x: Run }', cost.inHand, 'list, lookUp'],
  [
    'a list of another type',
    `extend type Thread { x${page}: RunConnection }`,
    cost.list('Message'),
    'list of Message',
  ],
  ['a list without a size', 'extend type Thread { x: RunConnection }', cost.list('Run'), 'first'],
  ['a list of unknown parents', `extend type Query { x${page}: RunConnection }`, cost.list('Run'), 'Thread'],
  [
    'a list that is not below its object',
    `extend type Assistant { x${page}: RunConnection }`,
    cost.list('Run'),
    'Thread',
  ],
  [
    'a filter without its argument',
    `extend type Thread { x${page}: MessageConnection }`,
    cost.list('Message', { runArgument: 'run' }),
    'no argument run',
  ],
  [
    'a look-up of another type',
    'extend type Thread { x(id: ID!): Run }',
    cost.lookUp('Message'),
    'returns Run',
  ],
  ['a look-up without its argument', 'extend type Thread { x: Run }', cost.lookUp('Run'), 'no argument id'],
  ['a look-up in unknown parents', 'extend type Assistant { x(id: ID!): Run }', cost.lookUp('Run'), 'Thread'],
  [
    'a look-up of many by one id',
    'extend type Thread { x(id: ID!): [Run] }',
    cost.lookUp('Run'),
    'return a list if id is one',
  ],
  ['a link to another type', 'extend type Thread { x: Run }', cost.link('Message'), 'returns Run'],
  ['many links', 'extend type Thread { x: [Run] }', cost.link('Run'), 'one link'],
  ['an owner that is none', 'extend type Thread { x: Assistant }', cost.owner('Assistant'), 'owner'],
  ['many writes', 'extend type Mutation { x: [Run] }', cost.write('createRun'), 'one write'],
  ['a list in hand', 'extend type CreateRunPayload { x: [Run] }', cost.inHand, 'unknown length'],
  ['any object in hand', 'extend type CreateRunPayload { x: Node }', cost.inHand, 'concrete type'],
  ['a root type', 'extend type CreateRunPayload { x: Query }', cost.inHand, 'root type'],
  ['no cost at all', 'extend type Thread { x: String }', { cost: { kind: 'free' } }, 'must declare its cost'],
])('a field that declares %s is rejected', (_, sdl, declared, problem) => {
  const type = /type (\w+)/.exec(sdl)?.[1];
  const rejected = errorOf(() => requireCosts(extendedSchema(sdl, { [`${type}.x`]: declared })));
  expect(rejected).toContain(`${type}.x `);
  expect(rejected).toContain(problem);
});

test('a field costs the same whether it is selected on its type or on an interface', () => {
  const sdl = `
    extend type Thread { latest: Latest }
    interface Latest { run: Run }
    type LatestRun implements Latest { run: Run }`;
  const costs = {
    'Thread.latest': cost.inHand,
    'Latest.run': cost.inHand,
    'LatestRun.run': cost.link('Run'),
  };
  expect(errorOf(() => requireCosts(extendedSchema(sdl, costs)))).toContain('the same cost as Latest.run');
});

test('a field that leads to no object need not declare anything', () => {
  expect(() => requireCosts(extendedSchema('extend type Thread { x: Y } type Y { z: Int }'))).not.toThrow();
});

test('a field is priced by what it declares, whatever it is called', () => {
  const sdl = `
    extend type Query { newest: [Assistant!] lastRun(id: ID!): Run }
    extend type Mutation { retry(id: ID!): Run }`;
  const costs = {
    'Query.newest': cost.list('Assistant', { pageSize: 5 }),
    'Query.lastRun': cost.lookUp('Run'),
    'Mutation.retry': cost.write('createRun'),
  };
  const schema = requireCosts(extendedSchema(sdl, costs));
  const priceOf = (query: string) =>
    checkPrice(operationSource(schema, query), { calls: 500, nodes: 50_000 });
  expect(priceOf('{ newest { files(first: 2) { nodes { id } } } }')).toEqual({ calls: 6, nodes: 15 });
  expect(priceOf('{ lastRun(id: "t/r") { status thread { createdAt } } }')).toEqual({ calls: 2, nodes: 2 });
  expect(priceOf('mutation { retry(id: "t/r") { assistant { name } } }')).toEqual({ calls: 2, nodes: 2 });
});

function errorOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return String(error);
  }
  throw new Error('It was not rejected');
}
