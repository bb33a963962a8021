import { type IncomingHttpHeaders, request as sendRequest } from 'node:http';

export interface HttpResult {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface HttpQuestion {
  readonly method?: string;
  /** Behind the path of `url`. */
  readonly search?: string;
  /** In place of both. */
  readonly target?: string;
  /** Any at all: fetch would not let a test say Host or Origin. */
  readonly headers?: Record<string, string>;
  /** Several pieces go out chunked, without a content-length. */
  readonly body?: string | readonly string[];
}

/** Sends one request as it is, on a connection of its own. */
export function ask(url: string, question: HttpQuestion): Promise<HttpResult> {
  const { method = 'POST', search = '', target, headers = {}, body = '' } = question;
  return new Promise((resolve, reject) => {
    const options = { method, headers, agent: false, ...(target !== undefined && { path: target }) };
    const outgoing = sendRequest(url + search, options, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
    });
    outgoing.on('error', reject);
    if (typeof body === 'string') {
      outgoing.end(body);
      return;
    }
    for (const piece of body) outgoing.write(piece);
    outgoing.end();
  });
}

/** The errors of a GraphQL answer, and no more of each than its code and its message. */
export function errorsIn(text: string): { code: string; message: string }[] {
  const { errors = [] }: { errors?: { message: string; extensions: { code: string } }[] } = JSON.parse(text);
  return errors.map(({ message, extensions }) => ({ code: extensions.code, message }));
}
