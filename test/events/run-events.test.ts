import { describe, expect, test } from 'vitest';
import { FollowEventsDocument, FollowStatusDocument } from '../generated/operations.ts';
import { finalText, startFollowing, startRun } from './support/following.ts';
import { transports } from './support/subscribe.ts';
import { allEvents, outline, textsOf } from './support/told.ts';

describe.each(transports)('over %s', (_, subscribe) => {
  test('a run started here is told from its start to its end, with one request', async () => {
    const following = await startFollowing();
    const { graph } = following;
    const { id, threadId, turn } = await startRun(following);
    graph.upstream.calls.length = 0;
    const events = subscribe(graph.url, FollowEventsDocument, { id });
    turn.write('Grüße ');
    turn.write('👋🏽 an alle');
    turn.finish();
    const told = await allEvents(events);
    expect(outline(told)).toEqual([
      'QUEUED',
      'IN_PROGRESS',
      'step IN_PROGRESS',
      'message IN_PROGRESS',
      'MessageDelta',
      'message COMPLETED',
      'step COMPLETED',
      'COMPLETED',
    ]);
    expect(Object.values(textsOf(told))).toEqual([await finalText(following, threadId)]);
    expect(graph.upstream.calls).toEqual([]);
    expect(graph.counts()).toMatchObject({ followers: 0, polled: 0, streams: 0 });
  });

  test('the status of a run', async () => {
    const following = await startFollowing();
    const { graph } = following;
    const { id, turn } = await startRun(following);
    const statuses = subscribe(graph.url, FollowStatusDocument, { id });
    expect(await statuses.next()).toMatchObject({ data: { runStatus: { status: 'IN_PROGRESS' } } });
    turn.write('a');
    turn.finish();
    expect(await statuses.rest()).toMatchObject([
      { data: { runStatus: { status: 'COMPLETED', isTerminal: true } } },
    ]);
  });
});
