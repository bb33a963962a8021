/** The lists whose items can be deleted: assistants, and the files of an assistant. */
import { callRest, deleteRest, upload } from './world.ts';

export interface DeletableList {
  /** REST IDs of all items that were ever in the list, oldest first. */
  readonly ids: readonly string[];
  /** A query of the list. `*` stands for its arguments and its selection. The list is at `data.list` or `data.parent.list`. */
  readonly query: string;
  insert(): Promise<void>;
  remove(id: string): Promise<void>;
}

/** The list of all assistants. Deletes those that exist. @param url of the local API */
export async function assistantList(url: string, size: number): Promise<DeletableList> {
  const { data } = await callRest<{ data: { id: string }[] }>(url, '/assistants?limit=100');
  await Promise.all(data.map(({ id }) => deleteRest(url, `/assistants/${id}`)));
  const ids: string[] = [];
  const insert = async () => {
    ids.push((await callRest(url, '/assistants', { model: 'offline' })).id);
  };
  while (ids.length < size) await insert();
  return {
    ids,
    query: '{ list: assistants * }',
    insert,
    remove: (id) => deleteRest(url, `/assistants/${id}`),
  };
}

/** The files of a new assistant, at most 20. */
export async function fileList(url: string, size: number): Promise<DeletableList> {
  const ids: string[] = [];
  while (ids.length < size) ids.push(await upload(url));
  const { id: assistant } = await callRest(url, '/assistants', { model: 'offline', file_ids: ids });
  return {
    ids,
    query: `{ parent: assistant(id: "${assistant}") { list: files * } }`,
    async insert() {
      const file = await upload(url);
      await callRest(url, `/assistants/${assistant}/files`, { file_id: file });
      ids.push(file);
    },
    remove: (id) => deleteRest(url, `/assistants/${assistant}/files/${id}`),
  };
}
