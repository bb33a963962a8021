/** The file operations. They are not among the 28, but file ids come from them. */
export const fileOperations = {
  uploadFile: { method: 'POST', path: '/files' },
  listFiles: { method: 'GET', path: '/files' },
  getFile: { method: 'GET', path: '/files/{file_id}' },
  getFileContent: { method: 'GET', path: '/files/{file_id}/content' },
  deleteFile: { method: 'DELETE', path: '/files/{file_id}' },
} as const;

export type FileOperationName = keyof typeof fileOperations;
