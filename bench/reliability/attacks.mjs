/** What one hostile client sends. Each attack is a function that is fulfilled once the server has responded to all of it. */
import { request } from 'node:http';
import { connect } from 'node:net';

const times = (count, each) => Array.from({ length: count }, (_, index) => each(index));

/** Fulfilled with the length and the beginning of the response, or with what failed. */
export function post(url, body) {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json' };
    const outgoing = request(url, { method: 'POST', agent: false, headers }, (response) => {
      let length = 0;
      let start = '';
      response.on('data', (chunk) => {
        if (length < 200) start += chunk.toString().slice(0, 200);
        length += chunk.length;
      });
      response.once('close', () => resolve({ status: response.statusCode, length, start }));
    });
    outgoing.on('error', (error) => resolve({ status: 0, length: 0, start: error.code }));
    outgoing.end(body);
  });
}

const send = (query, variables) => (url) => post(url, JSON.stringify({ query, variables }));
const raw = (body) => (url) => post(url, body);

/** @param field with `$v` where the variable stands */
const aliased = (count, field) => times(count, (index) => `a${index}: ${field}`).join(' ');
const NODES = 'nodes(ids: $v) { id }';
const ids = (count, each = (index) => `x${index}`) => times(count, each);

const holdSockets = (count, head) => async (url) => {
  const { port } = new URL(url);
  const sockets = times(count, () => connect(Number(port), '127.0.0.1'));
  let open = count;
  for (const socket of sockets) {
    socket.on('error', () => {});
    socket.once('close', () => open--);
    socket.resume();
    if (head) socket.write(head);
  }
  await new Promise((resolve) => setTimeout(resolve, 45_000));
  const held = open;
  for (const socket of sockets) socket.destroy();
  return { status: 0, length: 0, start: `${held} of ${count} open after 45 s` };
};

/** Asks for large responses and reads none. */
const unread = (count, query) => async (url) => {
  const { port } = new URL(url);
  const body = JSON.stringify({ query });
  const head = `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  const sockets = times(count, () => connect(Number(port), '127.0.0.1'));
  for (const socket of sockets) {
    socket.on('error', () => {});
    socket.pause();
    socket.write(head + body);
  }
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  for (const socket of sockets) socket.destroy();
  return { status: 0, length: 0, start: '' };
};

const slowBody =
  'POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"qu';
const texts = (thread, field = 'text') => `{thread(id:"${thread}"){messages(first:100){nodes{${field}}}}}`;
const MB = 2 ** 20;

export const attacks = {
  nothing: async (url) => {
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    return post(url, '{"query":"{ __typename }"}');
  },
  'a list variable of 200,000 nulls': send(`query($v:[ID!]!){${NODES}}`, { v: times(200_000, () => null) }),
  'a list variable of 800,000 nulls': send(`query($v:[ID!]!){${NODES}}`, { v: times(800_000, () => null) }),
  '410 aliases of nodes with 100 bad ids': send(`query($v:[ID!]!){${aliased(410, NODES)}}`, { v: ids(100) }),
  'the same after 50,000 newlines': send(`${'\n'.repeat(50_000)}query($v:[ID!]!){${aliased(410, NODES)}}`, {
    v: ids(100),
  }),
  'an id of 3.9 MB under 100 aliases': send(`query($v:ID!){${aliased(100, 'node(id: $v) { id }')}}`, {
    v: 'x'.repeat(3.9 * MB),
  }),
  'a cursor of 4 MB under 100 aliases': send(
    `query($v:String!){thread(id:"t"){${aliased(100, 'messages(after: $v) { nodes { id } }')}}}`,
    { v: 'x'.repeat(3.9 * MB) },
  ),
  '200,000 ids under 400 aliases': send(`query($v:[ID!]!){${aliased(400, NODES)}}`, { v: ids(200_000) }),
  '800,000 ids once': send(`query($v:[ID!]!){${NODES}}`, { v: ids(700_000, () => 'x') }),
  'messages of \\u0001, 245 MB': send(texts('thread_40_256000_u0001', aliased(4, 'text'))),
  'four at once of these': (url) =>
    Promise.all(times(4, () => send(texts('thread_40_256000_u0001', aliased(4, 'text')))(url))).then(
      ([first]) => first,
    ),
  'a message of 256,000 characters under 200 aliases': send(texts('thread_1_256000', aliased(200, 'text'))),
  '20 clients that read nothing of 25 MB': unread(20, texts('thread_100_256000')),
  '33,000 objects of one page': send(
    `{thread(id:"thread_100_10"){${aliased(330, 'messages(first:100){nodes{...F}}')}}} fragment F on Message{id restId role text createdAt metadata fileIds content{__typename}}`,
  ),
  '100 objects with 400 names for each field': send(
    `{thread(id:"thread_100_10"){messages(first:100){nodes{...F}}}} fragment F on Message{${aliased(400, '__typename')}}`,
  ),
  '30,000 objects of one page': send(
    `{thread(id:"thread_100_10"){${aliased(300, 'messages(first:100){nodes{...F}}')}}} fragment F on Message{id restId role text createdAt metadata fileIds}`,
  ),
  '30,000 invalid arguments below a page': send(
    `{thread(id:"thread_100_10"){messages(first:100){nodes{thread{${aliased(300, 'messages(first:1000){nodes{id}}')}}}}}}`,
  ),
  'the schema under 400 names': send(
    `{${aliased(400, '__schema{...F}')}} fragment F on __Schema{types{fields{args{type{name ofType{name}}} type{name ofType{name ofType{name}}}}}}`,
  ),
  'createThread with 100,000 messages': send(
    'mutation($v:CreateThreadInput!){createThread(input:$v){thread{id}}}',
    { v: { messages: times(100_000, () => ({ content: 'x' })) } },
  ),
  'a body of 4 MB of []': raw(`{"query":"{__typename}","variables":{"v":[${'[],'.repeat(1.33 * MB)}[]]}}`),
  'a body of 4 MB of [[[': raw(
    `{"query":"{__typename}","variables":{"v":${'['.repeat(2 * MB - 50)}${']'.repeat(2 * MB - 50)}}}`,
  ),
  'a document of 4 MB of spaces': send(`{${' '.repeat(4 * MB - 100)}__typename}`),
  'a document of 4 MB of newlines and 100 errors': send(
    `{${'\n'.repeat(2 * MB - 5000)}${times(100, () => 'nope').join(' ')}}`,
  ),
  '1,600 fields of one name': send(`{${'__typename '.repeat(4_990)}}`),
  '200 different documents of 5,000 tokens': async (url) => {
    let last;
    for (let round = 0; round < 200; round++)
      last = await send(
        `{${aliased(400, '__typename')} b${round}: __typename ${'...F '.repeat(1_800)}} fragment F on Query{__typename}`,
      )(url);
    return last;
  },
  '2,000 silent sockets': holdSockets(2_000),
  '500 slow bodies': holdSockets(500, slowBody),
};
