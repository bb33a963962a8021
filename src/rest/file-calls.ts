/** The calls about files, which are not among the 28 operations of the Assistants API. */
export const fileCalls = {
  uploadFile: { method: 'POST', path: '/files' },
  getFile: { method: 'GET', path: '/files/{file_id}' },
  getFileContent: { method: 'GET', path: '/files/{file_id}/content' },
} as const;

export type FileCallName = keyof typeof fileCalls;
