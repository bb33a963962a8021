/** What the programs that measure the local API have in common. */
import { Agent, request } from 'node:http';

const HEADERS = { authorization: 'Bearer bench', 'openai-beta': 'assistants=v1' };
/** Of a longer response, only the length is kept. */
const MAX_LENGTH = 1_000_000;
const agent = new Agent({ keepAlive: true, maxSockets: 1_000 });

/** @param url of a local API */
export function createClient(url) {
  /**
   * Resolves with the status, the length, the text and the JSON of the whole response. A body that is neither text nor bytes is sent
   * as JSON.
   */
  function send(method, path, body, headers = {}) {
    const isReady = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
    return new Promise((resolve, reject) => {
      const options = { method, agent, headers: { ...HEADERS, ...headers } };
      const sending = request(url + path, options, (response) => {
        const chunks = [];
        let length = 0;
        response.on('data', (chunk) => {
          length += chunk.length;
          if (length < MAX_LENGTH) chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () => resolve(createResponse(response, length, chunks)));
      });
      sending.on('error', reject);
      sending.end(isReady ? body : JSON.stringify(body));
    });
  }

  /** Resolves with the response. Rejects if it is an error. */
  async function succeed(method, path, body) {
    const response = await send(method, path, body);
    if (response.status !== 200) throw new Error(`${method} ${path}: ${response.status} ${response.text}`);
    return response;
  }

  /** Resolves with the JSON of the response. Rejects if it is an error. */
  const call = async (...request) => (await succeed(...request)).json;

  /** Resolves with the response. */
  function upload(name, content) {
    const part = (parameters) => `--x\r\nContent-Disposition: form-data; ${parameters}\r\n\r\n`;
    const head = `${part('name="purpose"')}assistants\r\n${part(`name="file"; filename="${name}"`)}`;
    const body = Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from('\r\n--x--\r\n')]);
    return send('POST', '/files', body, { 'content-type': 'multipart/form-data; boundary=x' });
  }

  return { send, succeed, call, upload };
}

function createResponse({ statusCode, headers }, length, chunks) {
  const isKept = length < MAX_LENGTH;
  const text = isKept ? Buffer.concat(chunks).toString() : undefined;
  return {
    status: statusCode,
    length,
    text,
    /** Not parsed before it is needed, which is not part of what is measured. */
    get json() {
      return isKept && headers['content-type'] === 'application/json' ? JSON.parse(text) : undefined;
    },
  };
}

/** The number below which this share of the numbers is. The largest for 1. */
export function percentile(numbers, share) {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? Number.NaN;
}
