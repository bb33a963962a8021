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
  /** Passes the content to `store` as it arrives. */
  upload(store: (piece: Uint8Array) => void): Promise<Upload>;
}

export type FileHandlers = {
  readonly [Name in FileOperationName]: (request: FileRequest) => HandlerResponse | Promise<HandlerResponse>;
};

/** The operations on uploaded files. */
export function createFileHandlers({ store, newId, retrieval }: HandlerDeps) {
  const find = ({ tenant, ids }: FileRequest): FileObject => {
    const id = ids.file_id ?? '';
    const file = store.files.get(tenant, id);
    if (file === undefined) throw notFound('file', id);
    return file;
  };
  const handlers: FileHandlers = {
    async uploadFile({ tenant, upload }) {
      const id = newId('file-');
      try {
        const { filename, bytes } = await upload((piece) => store.contents.append(id, piece));
        const file: FileObject = {
          id,
          object: 'file',
          bytes,
          created_at: store.seconds(),
          filename,
          purpose: 'assistants',
          status: 'uploaded',
          status_details: null,
        };
        store.transaction(() => {
          store.files.insert(tenant, file);
          store.texts.add(tenant, id);
        });
        retrieval.readFiles();
        return json(file);
      } catch (error) {
        store.removal.discardContent(id);
        throw error;
      }
    },
    listFiles: ({ tenant, page }) => jsonList(store.files.page(tenant, page())),
    getFile: (request) => json(find(request)),
    getFileContent(request) {
      const { id, bytes } = find(request);
      return { kind: 'bytes', length: bytes, pieces: store.contents.pieces(id) };
    },
    deleteFile(request) {
      const { id } = find(request);
      store.removal.removeFile(id);
      return json({ id, object: 'file', deleted: true });
    },
  };
  return handlers;
}
