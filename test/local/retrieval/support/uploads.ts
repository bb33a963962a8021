import { poll } from '../../../support/poll.ts';
import type { RunningApi } from '../../support/local-api.ts';
import type { Json } from '../../support/rest-caller.ts';

type Api = Pick<RunningApi, 'url' | 'get'>;

/** Uploads a file. It may not have been read yet. */
export async function upload(
  api: Pick<Api, 'url'>,
  name: string,
  content: string | Uint8Array<ArrayBuffer>,
  key = 'test',
): Promise<Json> {
  const form = new FormData();
  form.append('purpose', 'assistants');
  form.append('file', new Blob([content]), name);
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${api.url}/files`, { method: 'POST', headers, body: form });
  if (response.status !== 200) throw new Error(await response.text());
  return response.json();
}

/** The file once it has been read. */
export function whenRead(api: Pick<Api, 'get'>, { id }: Json): Promise<Json> {
  return poll(
    () => api.get(`/files/${id}`),
    ({ status }) => status !== 'uploaded',
  );
}

/** Uploads a file and waits until it has been read. */
export async function addFile(
  api: Api,
  name: string,
  content: string | Uint8Array<ArrayBuffer>,
): Promise<Json> {
  return whenRead(api, await upload(api, name, content));
}
