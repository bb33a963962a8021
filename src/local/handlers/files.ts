import { notFound } from '../http/api-error.ts';
import type { FileOperationName } from '../http/file-operations.ts';
import type { Upload } from '../http/read-upload.ts';
import type { FileObject } from '../objects.ts';
import type { PageParams } from '../store/page.ts';
import type { HandlerDeps } from './handler.ts';
import { type HandlerResponse, json, jsonList } from './responses.ts';

/** A request to a file operation. `page` and `upload` throw a 400 if that part of the request is invalid. */
export interface FileRequest {
  readonly tenant: string;
  readonly ids: Readonly<Record<string, string>>;
  page(): PageParams;
  upload(): Promise<Upload>;
}

export type FileHandlers = {
  readonly [Name in FileOperationName]: (request: FileRequest) => HandlerResponse | Promise<HandlerResponse>;
};

/** The operations on uploaded files. */
export function createFileHandlers({ store, newId }: HandlerDeps) {
  const find = ({ tenant, ids }: FileRequest): FileObject => {
    const id = ids.file_id ?? '';
    const file = store.files.get(tenant, id);
    if (file === undefined) throw notFound('file', id);
    return file;
  };
  const handlers: FileHandlers = {
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
    listFiles: ({ tenant, page }) => jsonList(store.files.page(tenant, page())),
    getFile: (request) => json(find(request)),
    getFileContent: (request) => ({ kind: 'bytes', content: store.contents.read(find(request).id) }),
    deleteFile(request) {
      const { id } = find(request);
      store.files.remove(id);
      return json({ id, object: 'file', deleted: true });
    },
  };
  return handlers;
}
