import { describe, expect, it } from 'vitest';
import { addAssistant, addRun, addThread, getWeather } from './support/fixtures.ts';
import { createMovableClock, type RunningApi, startApi } from './support/local-api.ts';
import { ids, walk } from './support/pages.ts';
import type { Json } from './support/rest-caller.ts';

const MINUTE = 60_000;
const DECADES = 75 * 365 * 24 * 60 * MINUTE;

const message = { role: 'user', content: 'one more message' };

describe('after a clock that was decades ahead is corrected', () => {
  const startAhead = async () => {
    const clock = createMovableClock();
    clock.adjust(DECADES);
    const seconds = () => Math.floor(clock.now() / 1000);
    return { clock, seconds, api: await startApi({ clock }) };
  };

  it('new objects have the current time, even after a restart', async () => {
    const { clock, seconds, api } = await startAhead();
    const before = await addAssistant(api);
    clock.adjust(-DECADES);
    const corrected = seconds();
    const created = [await addAssistant(api)];
    await api.close();
    const restarted = await startApi({ clock, dataDir: api.dataDir });
    created.push(await addAssistant(restarted));
    for (const { created_at } of created) {
      expect(created_at).toBeGreaterThanOrEqual(corrected);
      expect(created_at).toBeLessThanOrEqual(seconds());
    }
    const expected = [before, ...created].map(({ id }) => id);
    expect(ids(await restarted.get('/assistants?order=asc'))).toEqual(expected);
  });

  it('lists stay in the order of insertion, with pages of any size in both directions', async () => {
    const { clock, api } = await startAhead();
    const thread = await addThread(api, 'one', 'two', 'three');
    const path = `/threads/${thread.id}/messages`;
    clock.adjust(-DECADES);
    for (let count = 0; count < 3; count += 1) await api.post(path, message);
    clock.adjust(-MINUTE);
    for (let count = 0; count < 3; count += 1) await api.post(path, message);

    const { data } = await api.get(`${path}?order=asc`);
    const times: number[] = data.map((item: Json) => item.created_at);
    expect(times[0]).toBeGreaterThan(times[3] ?? 0);
    expect(times[3]).toBeGreaterThan(times[6] ?? 0);
    const asc = ids({ data });
    const desc = asc.toReversed();
    for (const limit of [1, 2, 4, 9]) {
      for (const [order, all] of [
        ['asc', asc],
        ['desc', desc],
      ] as const) {
        const query = `limit=${limit}&order=${order}`;
        expect(await walk(api, path, query, 'after')).toEqual(all);
        expect(await walk(api, path, query, 'before', all.at(-1))).toEqual(all.slice(0, -1));
      }
    }
    const texts = data.slice(0, 3).map((item: Json) => item.content[0].text.value);
    expect(texts).toEqual(['one', 'two', 'three']);
  });

  const startRun = async (api: RunningApi) => {
    const run = await addRun(api, 'get_weather', {}, { tools: [getWeather] });
    return api.until(run, 'requires_action');
  };

  it('a live run expires ten minutes later, without a restart', async () => {
    const { clock, seconds, api } = await startAhead();
    const run = await startRun(api);
    const path = `/threads/${run.thread_id}/runs/${run.id}`;
    clock.adjust(-DECADES);
    clock.advance(MINUTE);
    const corrected = seconds();
    let expiresAt = run.expires_at;
    while (expiresAt === run.expires_at) expiresAt = (await api.get(path)).expires_at;
    expect(expiresAt).toBeGreaterThanOrEqual(corrected + 600);
    expect(expiresAt).toBeLessThanOrEqual(seconds() + 600);
    clock.advance(10 * MINUTE);
    await api.until(run, 'expired');
    await api.post(`/threads/${run.thread_id}/messages`, message);
  });

  it('a live run expires ten minutes after the next start', async () => {
    const { clock, seconds, api } = await startAhead();
    const run = await startRun(api);
    await api.close();
    clock.adjust(-DECADES);
    const corrected = seconds();
    const restarted = await startApi({ clock, dataDir: api.dataDir });
    const found = await restarted.get(`/threads/${run.thread_id}/runs/${run.id}`);
    expect(found.status).toBe('requires_action');
    expect(found.expires_at).toBeGreaterThanOrEqual(corrected + 600);
    expect(found.expires_at).toBeLessThanOrEqual(seconds() + 600);
    clock.advance(10 * MINUTE);
    await restarted.until(run, 'expired');
    await restarted.post(`/threads/${run.thread_id}/messages`, message);
  });

  it('a message that is being written continues', async () => {
    const { clock, api } = await startAhead();
    const { id } = await addAssistant(api);
    const words = Array.from({ length: 200 }, (_, index) => `word${index}`).join(' ');
    const thread = await addThread(api, words);
    let text = '';
    let run: Json;
    for await (const { event, data } of api.stream(`/threads/${thread.id}/runs`, { assistant_id: id })) {
      if (event === 'thread.run.created') run = data;
      if (event !== 'thread.message.delta') continue;
      if (text === '') {
        clock.adjust(-DECADES);
        clock.advance(MINUTE);
      }
      text += data.delta.content[0].text.value;
    }
    expect(text).toBe(`I am the offline model of the local API.\n\nYou said: ${words}`);
    const path = `/threads/${thread.id}/runs/${run.id}`;
    expect(await api.get(path)).toMatchObject({ status: 'completed', expires_at: null });
    expect((await api.get(`${path}/steps`)).data).toHaveLength(1);
  });
});
