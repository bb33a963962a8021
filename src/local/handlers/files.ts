import { notFound } from '../api-error.ts';
import type { FileOperationName } from '../file-operations.ts';
import { type HandlerDeps, json, type Reply } from '../handler.ts';
import type { FileObject } from '../objects.ts';
import { listObject, type PageRequest } from '../store/collection.ts';
import type { Upload } from '../uploads.ts';

/** What a file operation is asked with: each takes what its path and its method give. */
export interface AskedOfFiles {
  readonly tenant: string;
  readonly ids: Readonly<Record<string, string>>;
  page(): PageRequest;
  upload(): Promise<Upload>;
}

/** Uploaded files: their objects and their contents. */
export function createFileHandlers({ store, newId }: HandlerDeps) {
  const find = ({ tenant, ids }: AskedOfFiles): FileObject => {
    const id = ids.file_id ?? '';
    const file = store.files.get(tenant, id);
    if (file === undefined) throw notFound('file', id);
    return file;
  };
  const handlers: { readonly [Name in FileOperationName]: (asked: AskedOfFiles) => Reply | Promise<Reply> } =
    {
      async uploadFile({ tenant, upload }) {
        const { filename, content } = await upload();
        const file: FileObject = {
          id: newId('file-'),
          object: 'file',
          bytes: content.byteLength,
          created_at: store.seconds(),
          filename,
          purpose: 'assistants',
          status: 'processed',
          status_details: null,
        };
        store.transaction(() => {
          store.files.insert(tenant, file);
          store.contents.write(file.id, content);
        });
        return json(file);
      },
      listFiles: ({ tenant, page }) => json(listObject(store.files.page(tenant, page()))),
      getFile: (asked) => json(find(asked)),
      getFileContent: (asked) => ({ kind: 'bytes', content: store.contents.read(find(asked).id) }),
      deleteFile(asked) {
        const { id } = find(asked);
        store.files.remove(id);
        return json({ id, object: 'file', deleted: true });
      },
    };
  return handlers;
}
