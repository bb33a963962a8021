/** GET requests to the upstream with undici, as a careful author of a server would make them. */
import { Pool } from 'undici';

export function createGet(upstreamUrl) {
  const { origin, pathname } = new URL(upstreamUrl);
  const pool = new Pool(origin, { connections: 64, pipelining: 1 });
  const headers = { accept: 'application/json', authorization: 'Bearer key', 'openai-beta': 'assistants=v1' };
  return async (path) => {
    const { statusCode, body } = await pool.request({ method: 'GET', path: pathname + path, headers });
    const json = await body.json();
    if (statusCode !== 200) throw new Error(json.error.message);
    return json;
  };
}
