import { invalid } from './api-error.ts';

export interface Upload {
  readonly filename: string;
  readonly content: Uint8Array;
}

/** Reads the two parts of an upload with the platform's multipart parser. Throws a 400 that names the invalid part. */
export async function readUpload(body: Uint8Array<ArrayBuffer>, contentType: string): Promise<Upload> {
  const form = await new Response(body, { headers: { 'content-type': contentType } }).formData().catch(() => {
    throw invalid('The body must be multipart/form-data with the parts `file` and `purpose`.');
  });
  for (const name of form.keys()) {
    if (name !== 'file' && name !== 'purpose')
      throw invalid(`'${name}' is not a parameter of this operation.`, name);
  }
  const purpose = form.get('purpose');
  if (purpose === null) throw invalid("'purpose' is required.", 'purpose');
  if (purpose !== 'assistants') throw invalid("'purpose' must be 'assistants'.", 'purpose');
  const file = form.get('file');
  if (file === null) throw invalid("'file' is required.", 'file');
  if (typeof file === 'string') throw invalid("'file' must be a file, with a file name.", 'file');
  return { filename: file.name, content: new Uint8Array(await file.arrayBuffer()) };
}
