import type { AttachedFile } from './attached-files.ts';
import { useChatClient } from './context.ts';
import type { Problem } from './problem.ts';

type Uploaded = { readonly file: AttachedFile } | { readonly problem: Problem };

export interface Files {
  /** Uploads a file to the server, which passes it on to the REST API. */
  upload(file: File): Promise<Uploaded>;
  /** Saves a file as a download of the browser. @returns why it failed */
  download(fileId: string): Promise<Problem | undefined>;
}

export function useFiles(): Files {
  const { filesUrl, headers } = useChatClient();
  return {
    async upload(file) {
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
        if (!response.ok) return { problem: await rejected(response, 'The server does not accept files.') };
        return { file: { fileId: stringAt(await response.json(), 'id'), name: file.name } };
      } catch {
        return { problem: { code: 'NETWORK', message: `${file.name} could not be uploaded.` } };
      }
    },
    async download(fileId) {
      try {
        // A link could not send the credential, and an error would replace the page.
        const response = await fetch(`${filesUrl}/${encodeURIComponent(fileId)}/content`, { headers });
        if (!response.ok) return await rejected(response, 'The server does not serve files.');
        save(await response.blob(), nameIn(response) ?? fileId);
      } catch {
        return { code: 'NETWORK', message: 'The file could not be downloaded.' };
      }
    },
  };
}

/** @param otherwise the message if the response has none */
async function rejected(response: Response, otherwise: string): Promise<Problem> {
  const answer: unknown = await response.json().catch(() => undefined);
  const [error]: unknown[] = Object(answer).errors ?? [];
  return {
    code: stringAt(Object(error).extensions, 'code'),
    message: stringAt(error, 'message') || otherwise,
  };
}

function stringAt(value: unknown, name: string): string {
  const text: unknown = Object(value)[name];
  return typeof text === 'string' ? text : '';
}

/** The server names the file in both forms of RFC 6266; this one has all characters. */
function nameIn({ headers }: Response): string | undefined {
  const [, name] = /filename\*=UTF-8''([^;]+)/.exec(headers.get('content-disposition') ?? '') ?? [];
  return name === undefined ? undefined : decodeURIComponent(name);
}

/** How long a browser may take to begin with a download, in milliseconds. */
const SAVE_MS = 60_000;

function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), SAVE_MS);
}
