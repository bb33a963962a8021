import { describe, expect, it } from 'vitest';
import { addAssistant } from './support/fixtures.ts';
import { type RunningApi, startApi } from './support/local-api.ts';

async function upload(
  api: RunningApi,
  parts: Record<string, string | Blob>,
  key = 'test',
  name = 'notes.txt',
) {
  const form = new FormData();
  for (const [part, value] of Object.entries(parts)) {
    if (value instanceof Blob) form.append(part, value, name);
    else form.append(part, value);
  }
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${api.url}/files`, { method: 'POST', headers, body: form });
  return { status: response.status, body: await response.json() };
}

const addFile = async (api: RunningApi, content: string | Uint8Array<ArrayBuffer> = 'hello', key?: string) =>
  (await upload(api, { file: new Blob([content]), purpose: 'assistants' }, key)).body;

describe('files', () => {
  it('keep their bytes and name, even after a restart', async () => {
    const api = await startApi();
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
    const name = 'Zürich "notes".bin';
    const { body: file } = await upload(
      api,
      { file: new Blob([bytes]), purpose: 'assistants' },
      'test',
      name,
    );
    expect(file).toEqual({
      id: expect.stringMatching(/^file-[A-Za-z0-9]{24}$/),
      object: 'file',
      bytes: 70_000,
      created_at: expect.any(Number),
      filename: name,
      purpose: 'assistants',
      status: 'uploaded',
      status_details: null,
    });
    await api.close();
    const again = await startApi({ dataDir: api.dataDir });
    const { id, bytes: length, filename } = file;
    expect(await again.get(`/files/${id}`)).toMatchObject({ bytes: length, filename });
    const headers = { authorization: 'Bearer test' };
    const content = await fetch(`${again.url}/files/${file.id}/content`, { headers });
    expect(new Uint8Array(await content.arrayBuffer())).toEqual(bytes);
  });

  it('are listed and deleted', async () => {
    const api = await startApi();
    const [one, two] = [await addFile(api), await addFile(api, '')];
    expect(two.bytes).toBe(0);
    expect((await api.get('/files?order=asc')).data).toMatchObject([{ id: one.id }, { id: two.id }]);
    expect(await api.remove(`/files/${one.id}`)).toEqual({ id: one.id, object: 'file', deleted: true });
    for (const path of [`/files/${one.id}`, `/files/${one.id}/content`]) {
      expect(await api.call('GET', path)).toMatchObject({
        status: 404,
        body: { error: { message: `No file found with id '${one.id}'.` } },
      });
    }
  });

  it('get a 400 that names a missing or invalid part', async () => {
    const api = await startApi();
    const file = new Blob(['x']);
    expect(await upload(api, { file })).toMatchObject({ status: 400, body: { error: { param: 'purpose' } } });
    expect(await upload(api, { purpose: 'assistants' })).toMatchObject({
      status: 400,
      body: { error: { param: 'file' } },
    });
    expect(await upload(api, { file: 'text', purpose: 'assistants' })).toMatchObject({
      status: 400,
      body: { error: { param: 'file' } },
    });
    expect(await upload(api, { file, purpose: 'fun' })).toMatchObject({
      status: 400,
      body: { error: { param: 'purpose' } },
    });
    expect(await upload(api, { file, purpose: 'assistants', more: 'x' })).toMatchObject({
      status: 400,
      body: { error: { param: 'more' } },
    });
    expect((await api.call('POST', '/files', { file: 'x' })).status).toBe(400);
    expect(
      (await api.call('POST', '/files', 'invalid', { headers: { 'content-type': 'multipart/form-data' } }))
        .status,
    ).toBe(400);
    expect((await api.get('/files')).data).toEqual([]);
  });

  it('of another key are not found', async () => {
    const api = await startApi();
    const theirs = await addFile(api, 'secret', 'theirs');
    expect((await api.call('GET', `/files/${theirs.id}`)).status).toBe(404);
    expect((await api.call('GET', `/files/${theirs.id}/content`)).status).toBe(404);
    expect((await api.call('DELETE', `/files/${theirs.id}`)).status).toBe(404);
    expect((await api.get('/files')).data).toEqual([]);
    const file_ids = [theirs.id];
    const message = { role: 'user', content: 'x', file_ids };
    const { id } = await addAssistant(api);
    const requests: [path: string, body: object, param: string][] = [
      ['/assistants', { model: 'm', file_ids }, 'file_ids[0]'],
      [`/assistants/${id}`, { file_ids }, 'file_ids[0]'],
      [`/assistants/${id}/files`, { file_id: theirs.id }, 'file_id'],
      ['/threads', { messages: [message] }, 'messages[0].file_ids[0]'],
      [
        '/threads/runs',
        { assistant_id: id, thread: { messages: [message] } },
        'thread.messages[0].file_ids[0]',
      ],
    ];
    for (const [path, body, param] of requests) {
      expect([path, await api.call('POST', path, body)]).toMatchObject([
        path,
        { status: 404, body: { error: { param } } },
      ]);
    }
  });
});

describe('the files of an assistant', () => {
  it('are attached, listed in pages and detached without being deleted', async () => {
    const api = await startApi();
    const files = [];
    for (let index = 0; index < 5; index += 1) files.push((await addFile(api)).id);
    const { id } = await addAssistant(api, { file_ids: files.slice(0, 2) });
    const path = `/assistants/${id}/files`;
    for (const file_id of files.slice(2)) {
      expect(await api.post(path, { file_id })).toEqual({
        id: file_id,
        object: 'assistant.file',
        created_at: expect.any(Number),
        assistant_id: id,
      });
    }
    expect((await api.get(`/assistants/${id}`)).file_ids).toEqual(files);
    const ids = (page: { data: { id: string }[] }) => page.data.map((file) => file.id);
    expect(ids(await api.get(`${path}?order=asc`))).toEqual(files);
    expect(ids(await api.get(path))).toEqual([...files].reverse());
    const page = await api.get(`${path}?order=asc&limit=2&after=${files[1]}`);
    expect([ids(page), page.has_more, page.first_id, page.last_id]).toEqual([
      files.slice(2, 4),
      true,
      files[2],
      files[3],
    ]);
    const before = await api.get(`${path}?order=asc&limit=2&before=${files[4]}`);
    expect([ids(before), before.has_more]).toEqual([files.slice(2, 4), true]);
    expect((await api.call('GET', `${path}?after=file-x`)).status).toBe(400);

    expect(await api.remove(`${path}/${files[0]}`)).toEqual({
      id: files[0],
      object: 'assistant.file.deleted',
      deleted: true,
    });
    expect((await api.call('GET', `${path}/${files[0]}`)).status).toBe(404);
    expect(await api.get(`${path}/${files[1]}`)).toMatchObject({ id: files[1] });
    await api.get(`/files/${files[0]}`);
    expect((await api.post(`/assistants/${id}`, { file_ids: [files[4]] })).file_ids).toEqual([files[4]]);
  });

  it('have a maximum of twenty', async () => {
    const api = await startApi();
    const file_ids = [];
    for (let index = 0; index < 21; index += 1) file_ids.push((await addFile(api)).id);
    const last = file_ids.pop();
    const { id } = await addAssistant(api, { file_ids });
    const response = await api.call('POST', `/assistants/${id}/files`, { file_id: last });
    expect(response).toMatchObject({ status: 400, body: { error: { param: 'file_id' } } });
  });
});

describe('the files of a message', () => {
  it('are listed and read', async () => {
    const api = await startApi();
    const [one, two] = [(await addFile(api)).id, (await addFile(api)).id];
    const thread = await api.post('/threads', {});
    const message = await api.post(`/threads/${thread.id}/messages`, {
      role: 'user',
      content: 'x',
      file_ids: [one, two],
    });
    const path = `/threads/${thread.id}/messages/${message.id}/files`;
    const { data } = await api.get(`${path}?order=asc`);
    expect(data).toEqual(
      [one, two].map((id) => ({
        id,
        object: 'thread.message.file',
        created_at: message.created_at,
        message_id: message.id,
      })),
    );
    expect(await api.get(`${path}/${two}`)).toEqual(data[1]);
    expect((await api.call('GET', `${path}/file-x`)).status).toBe(404);
  });
});
