import { useChatClient } from './context.ts';
import type { Problem } from './problem.ts';

type Uploaded = { readonly fileId: string } | { readonly problem: Problem };

/** Uploads a file to the server, which passes it on to the REST API. @returns its REST ID */
export function useUpload(): (file: File) => Promise<Uploaded> {
  const { filesUrl, headers } = useChatClient();
  return async (file) => {
    const body = new FormData();
    body.append('purpose', 'assistants');
    body.append('file', file);
    try {
      // No form of another page can send this header, so none can upload files.
      const response = await fetch(filesUrl, {
        method: 'POST',
        headers: { ...headers, 'x-requested-with': 'assistants-chat' },
        body,
      });
      const answer: unknown = await response.json();
      return response.ok ? { fileId: stringAt(answer, 'id') } : { problem: rejected(answer) };
    } catch {
      return { problem: { code: 'NETWORK', message: `${file.name} could not be uploaded.` } };
    }
  };
}

function rejected(answer: unknown): Problem {
  const [error]: unknown[] = Object(answer).errors ?? [];
  const message = stringAt(error, 'message') || 'The server does not accept files.';
  return { code: stringAt(Object(error).extensions, 'code'), message };
}

function stringAt(value: unknown, name: string): string {
  const text: unknown = Object(value)[name];
  return typeof text === 'string' ? text : '';
}
