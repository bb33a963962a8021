/** The file operations, which are not among the 28: without them there would be no file ids at all. */
export const fileOperations = {
  uploadFile: { method: 'POST', path: '/files' },
  listFiles: { method: 'GET', path: '/files' },
  getFile: { method: 'GET', path: '/files/{file_id}' },
  getFileContent: { method: 'GET', path: '/files/{file_id}/content' },
  deleteFile: { method: 'DELETE', path: '/files/{file_id}' },
} as const;

export type FileOperationName = keyof typeof fileOperations;
