/** A subscription is priced by what one of its events can cost. */
import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { checkPrice } from '../../src/pricing/check-price.ts';
import { encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { schema } from '../../src/schema/index.ts';
import { operationSource } from '../support/operation-source.ts';

function priceOf(subscription: string, limits = { calls: 500, nodes: 50_000 }) {
  return checkPrice(operationSource(schema, `subscription ${subscription}`), limits);
}

const status = (selection: string) => `{ runStatus(id: "t/r") { ${selection} } }`;
const events = (selection: string) => `{ runEvents(id: "t/r") { cursor ${selection} } }`;

test.each<[what: string, subscription: string, calls: number, nodes: number]>([
  ['the run', status('status usage { totalTokens } thread { id } assistant { id }'), 0, 3],
  ['a list of the run', status('status messages(first: 5) { nodes { text } }'), 1, 6],
  ['a link of the run', status('assistant { name }'), 1, 2],
  ['the owner of the run', status('thread { createdAt messages(first: 5) { nodes { id } } }'), 2, 7],
  ['the run, by way of its own steps', status('steps(first: 5) { nodes { run { status } } }'), 1, 11],
  ['no object', events('... on RunStatusChanged { status } ... on RunStepChanged { stepId }'), 0, 0],
  ['the object of an event', events('... on RunStatusChanged { run { status } }'), 0, 1],
  [
    'the objects of several types of events',
    events('... on RunStepChanged { step { status } } ... on MessageChanged { message { text } }'),
    0,
    2,
  ],
  // Only an event about the run has the run in hand.
  ['the run of a step', events('... on RunStepChanged { step { run { status } } }'), 1, 2],
  [
    'the run of a step, beside events that have the run in hand',
    events('... on RunStatusChanged { run { status } } ... on RunStepChanged { step { run { status } } }'),
    1,
    3,
  ],
  [
    'a list of the object of an event',
    events('... on MessageChanged { message { files(first: 3) { nodes { id } } run { id } } }'),
    1,
    5,
  ],
])('an event that selects %s has its price', (_, subscription, calls, nodes) => {
  expect(priceOf(subscription)).toEqual({ calls, nodes });
});

test('the run may be named by its global ID', () => {
  const id = encodeGlobalId('Run', ['t', 'r']);
  expect(priceOf(`{ runStatus(id: "${id}") { steps(first: 2) { nodes { id } } } }`)).toEqual({
    calls: 1,
    nodes: 3,
  });
});

test('a subscription of which one event could cost too much is refused', () => {
  const subscription = status('steps(first: 10) { nodes { assistant { name } } }');
  expect(priceOf(subscription, { calls: 13, nodes: 21 })).toEqual({ calls: 13, nodes: 21 });
  const refused = priceOf(subscription, { calls: 12, nodes: 21 });
  expect(refused).toBeInstanceOf(GraphQLError);
  expect(Object(refused).extensions).toMatchObject({ code: 'QUERY_TOO_EXPENSIVE', cost: { calls: 13 } });
});
