/**
 * An upstream where everything costs as much as possible: every page is full and has a next page, every object exists, and
 * no link leads to an object that a list contained.
 */
import { createHash } from 'node:crypto';
import type { Interception } from './upstream.ts';

const FULL = { created_at: 1_700_000_000, metadata: {}, file_ids: ['file-any'], tools: [] };

export const fullWorld: Interception = ({ path }, response) => {
  const url = new URL(path, 'http://upstream');
  const segments = url.pathname.slice(1).split('/');
  const body = segments.length % 2 === 0 ? objectAt(segments) : pageOf(segments, url.searchParams);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  return true;
};

function pageOf(collection: string[], query: URLSearchParams) {
  const run_id = query.get('run_id');
  const data = Array.from({ length: Number(query.get('limit')) }, (_, index) => {
    const object = objectAt([...collection, shortId(`${collection} ${query} ${index}`)]);
    return run_id === null ? object : { ...object, run_id };
  });
  return { data, has_more: true };
}

/** @param path collections and ids alternate, starting at the root */
function objectAt(path: string[]) {
  const id = path.at(-1) ?? '';
  const ids = {
    id,
    thread_id: path[0] === 'threads' ? path[1] : undefined,
    assistant_id: path[0] === 'assistants' ? path[1] : `assistant-of-${id}`,
    message_id: path[2] === 'messages' ? path[3] : undefined,
    run_id: path[2] === 'runs' ? path[3] : `run-of-${id}`,
  };
  const texts = { model: 'any', role: 'user', status: 'in_progress', type: 'message_creation' };
  const step_details = { type: 'message_creation', message_creation: { message_id: `message-of-${id}` } };
  return { ...FULL, ...ids, ...texts, step_details };
}

function shortId(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
