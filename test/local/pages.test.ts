import { describe, expect, it } from 'vitest';
import { addAssistant, addRun, addThread, getTime, outputsFor } from './support/fixtures.ts';
import { startApi } from './support/local-api.ts';
import { ids, walk } from './support/pages.ts';
import type { Json } from './support/rest-caller.ts';

describe('a list', () => {
  it('has exact pages of any size in both orders, although all items have the same created_at', async () => {
    const api = await startApi();
    const thread = await addThread(api, ...Array.from({ length: 23 }, (_, index) => `message ${index}`));
    const path = `/threads/${thread.id}/messages`;
    const everything = await api.get(`${path}?limit=100&order=asc`);
    expect(everything.has_more).toBe(false);
    const asc = ids(everything);
    expect(asc).toHaveLength(23);
    expect(everything.data.map((item: Json) => item.content[0].text.value)).toEqual(
      asc.map((_, index) => `message ${index}`),
    );
    const desc = [...asc].reverse();
    for (const limit of [1, 2, 5, 22, 23, 24, 100]) {
      expect(await walk(api, path, `limit=${limit}&order=asc`, 'after')).toEqual(asc);
      expect(await walk(api, path, `limit=${limit}&order=desc`, 'after')).toEqual(desc);
      expect(await walk(api, path, `limit=${limit}`, 'after')).toEqual(desc);
    }
    expect((await api.get(`${path}?limit=23`)).has_more).toBe(false);
    expect((await api.get(`${path}?limit=22`)).has_more).toBe(true);
    expect((await api.get(path)).data).toHaveLength(20);
  });

  it('returns for `before` the items next to the cursor, in the requested order', async () => {
    const api = await startApi();
    const thread = await addThread(api, ...Array.from({ length: 10 }, (_, index) => `message ${index}`));
    const path = `/threads/${thread.id}/messages`;
    for (const order of ['asc', 'desc']) {
      const all = ids(await api.get(`${path}?order=${order}`));
      const [last, middle] = [all[9], all[5]];
      const near = await api.get(`${path}?order=${order}&limit=3&before=${middle}`);
      expect(ids(near)).toEqual(all.slice(2, 5));
      expect(near.has_more).toBe(true);
      const rest = await api.get(`${path}?order=${order}&limit=5&before=${middle}`);
      expect(ids(rest)).toEqual(all.slice(0, 5));
      expect(rest.has_more).toBe(false);
      expect(ids(await api.get(`${path}?order=${order}&before=${all[0]}`))).toEqual([]);
      for (const limit of [1, 4, 9, 10]) {
        const page = await api.get(`${path}?order=${order}&limit=${limit}&before=${last}`);
        expect(ids(page)).toEqual(all.slice(Math.max(9 - limit, 0), 9));
        const rest = page.has_more
          ? await walk(api, path, `order=${order}&limit=${limit}`, 'before', page.first_id)
          : [];
        expect([...rest, ...ids(page)]).toEqual(all.slice(0, 9));
      }
      const between = await api.get(`${path}?order=${order}&limit=2&after=${all[1]}&before=${all[6]}`);
      expect([ids(between), between.has_more]).toEqual([all.slice(2, 4), true]);
    }
  });

  it('has null ids if it is empty', async () => {
    const api = await startApi();
    const empty = { object: 'list', data: [], first_id: null, last_id: null, has_more: false };
    expect(await api.get('/assistants')).toEqual(empty);
    const thread = await addThread(api);
    expect(await api.get(`/threads/${thread.id}/messages`)).toEqual(empty);
    expect(await api.get(`/threads/${thread.id}/runs`)).toEqual(empty);
  });

  it('rejects a cursor that is not in it, and names it', async () => {
    const api = await startApi();
    const [one, two] = [await addThread(api, 'one'), await addThread(api, 'two')];
    const [other] = ids(await api.get(`/threads/${two.id}/messages`));
    const assistant = await addAssistant(api);
    for (const param of ['after', 'before']) {
      for (const cursor of [other, 'msg_unknown', assistant.id, '']) {
        expect(await api.call('GET', `/threads/${one.id}/messages?${param}=${cursor}`)).toMatchObject({
          status: 400,
          body: { error: { message: expect.stringContaining(`'${param}' names '${cursor}'`), param } },
        });
      }
    }
  });

  it('rejects an invalid limit or order', async () => {
    const api = await startApi();
    for (const limit of ['0', '101', '-1', '1.5', 'ten', '', '1e1', '99999999999999999999']) {
      const response = await api.call('GET', `/assistants?limit=${limit}`);
      expect([limit, response.status, response.body.error.param]).toEqual([limit, 400, 'limit']);
    }
    expect(await api.call('GET', '/assistants?order=up')).toMatchObject({
      status: 400,
      body: { error: { param: 'order' } },
    });
  });
});

describe('the messages of a run', () => {
  it('are listed by run_id, and paged among themselves', async () => {
    const api = await startApi();
    const run = await addRun(api, 'get_time', {}, { tools: [getTime] });
    const waiting = await api.until(run, 'requires_action');
    await api.post(`/threads/${run.thread_id}/runs/${run.id}/submit_tool_outputs`, outputsFor(waiting));
    await api.until(run, 'completed');
    const path = `/threads/${run.thread_id}/messages`;
    const [reply, question] = ids(await api.get(path));
    expect(ids(await api.get(`${path}?run_id=${run.id}`))).toEqual([reply]);
    expect(ids(await api.get(`${path}?run_id=run_unknown`))).toEqual([]);
    expect(ids(await api.get(`${path}?run_id=${run.id}&after=${reply}`))).toEqual([]);
    expect((await api.call('GET', `${path}?run_id=${run.id}&after=${question}`)).status).toBe(400);
  });

  it('include a message while it is being written', async () => {
    const api = await startApi({ tokenMs: 2 });
    const { id } = await addAssistant(api);
    const thread = await addThread(api, 'word '.repeat(300));
    let seen: Json;
    for await (const { event } of api.stream(`/threads/${thread.id}/runs`, { assistant_id: id })) {
      if (event === 'thread.message.delta')
        [seen] = (await api.get(`/threads/${thread.id}/messages?limit=1`)).data;
      if (seen) break;
    }
    expect(seen).toMatchObject({ status: 'in_progress', role: 'assistant', completed_at: null });
    expect(seen.content[0].text.value).toMatch(/^I/);
  });
});
