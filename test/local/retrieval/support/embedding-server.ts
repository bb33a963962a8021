/** An imitation of a server with POST /v1/embeddings. It knows synonyms, which words alone do not. */
import type { EmbeddingServerOptions } from '../../../../src/local/retrieval/embedding-server.ts';
import { type ModelRequest, startModelServer } from '../../support/model-server.ts';

/** Each of these topics is a dimension. */
const TOPICS = [/holiday|leave|vacation/i, /taxi|train|journey/i, /cat|kitten|feline/i];

/** The vector of a text: how often it is about each topic. The last dimension is about nothing. */
export const vectorOf = (text: string): number[] => [
  ...TOPICS.map((topic) => (topic.test(text) ? 1 : 0)),
  0.01,
];

export interface TestEmbeddingServer {
  /** For the local API. */
  readonly embeddingServer: EmbeddingServerOptions;
  readonly requests: ModelRequest[];
  /** Answers all further requests. */
  answer(handler: (request: ModelRequest) => void): void;
}

/** Answers with these vectors. */
export function reply({ body, response }: ModelRequest, toVector = vectorOf): void {
  const data = body.input.map((text: string, index: number) => ({
    object: 'embedding',
    index,
    embedding: toVector(text),
  }));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ object: 'list', model: body.model, data: data.toReversed(), usage: {} }));
}

/** Closed after the test. */
export async function startEmbeddingServer(): Promise<TestEmbeddingServer> {
  const requests: ModelRequest[] = [];
  let handler: (request: ModelRequest) => void = reply;
  const url = await startModelServer('/embeddings', (request) => {
    requests.push(request);
    handler(request);
  });
  return {
    embeddingServer: { url, apiKey: 'secret', model: 'embed', timeoutMs: 1_000 },
    requests,
    answer(next) {
      handler = next;
    },
  };
}
