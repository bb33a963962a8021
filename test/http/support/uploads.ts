import type { Graph } from '../../support/graph.ts';

export interface Uploaded {
  readonly status: number;
  readonly id?: string;
  readonly filename?: string;
  readonly errors?: readonly { message: string; extensions: { code: string } }[];
}

export const urlOf = ({ url }: Graph, path: string) => new URL(path, url).href;

export async function upload(
  graph: Graph,
  form: FormData,
  headers: Record<string, string> = {},
): Promise<Uploaded> {
  const request = { method: 'POST', headers: { 'x-requested-with': 'test', ...headers }, body: form };
  const response = await fetch(urlOf(graph, '/files'), request);
  return { status: response.status, ...(await response.json()) };
}

export function formWith(content: string, name = 'fruit.txt', others: Record<string, string> = {}): FormData {
  const form = new FormData();
  for (const [key, value] of Object.entries(others)) form.set(key, value);
  form.set('file', new Blob([content]), name);
  return form;
}

export const codesOf = ({ status, errors = [] }: Uploaded) => [
  status,
  ...errors.map(({ extensions }) => extensions.code),
];
