/** A run started through the graph whose stream and objects a test writes itself. */
import { CreateRunDocument } from '../../generated/operations.ts';
import {
  createScript,
  messageStep,
  playScripts,
  type Script,
  textMessage,
} from '../../runs/support/script.ts';
import { nextStream, type ScriptedStream, textDelta } from '../../runs/support/scripted-stream.ts';
import type { Graph } from '../../support/graph.ts';

export interface ScriptedRun {
  /** `THREAD/RUN`. */
  readonly id: string;
  readonly script: Script;
  readonly stream: ScriptedStream;
  /** Changes the status of the run, and tells so in the stream. */
  setStatus(status: string): void;
  /** Begins a message, in a step of its own. */
  beginMessage(): void;
  /** Writes a piece of the message. */
  write(text: string): void;
  /** Completes the message, the step and the run. */
  finish(): void;
}

/** @param name makes the IDs of the thread and the run */
export async function startScriptedRun(graph: Graph, name = 'scripted'): Promise<ScriptedRun> {
  const script = createScript(`thread_${name}`, `run_${name}`);
  playScripts(graph.upstream, [script]);
  const coming = nextStream(graph.upstream);
  const input = { threadId: script.ids.thread_id, assistantId: 'asst_script' };
  const created = graph.data(CreateRunDocument, { input });
  const stream = await coming;
  let text = '';
  const show = (status: string) => {
    script.steps = [messageStep(script, 'step_1', 'msg_1', status)];
    script.messages = [textMessage(script, 'msg_1', text, status)];
  };
  const run: ScriptedRun = {
    id: `${script.ids.thread_id}/${script.ids.run_id}`,
    script,
    stream,
    setStatus(status) {
      script.run = { ...script.run, status };
      stream.send(`thread.run.${status}`, script.run);
    },
    beginMessage() {
      show('in_progress');
      stream.send('thread.run.step.created', script.steps[0]);
      stream.send('thread.message.created', script.messages[0]);
    },
    write(piece) {
      text += piece;
      show('in_progress');
      stream.send('thread.message.delta', textDelta('msg_1', piece));
    },
    finish() {
      show('completed');
      stream.send('thread.message.completed', script.messages[0]);
      stream.send('thread.run.step.completed', script.steps[0]);
      run.setStatus('completed');
      stream.done();
    },
  };
  run.setStatus('queued');
  await created;
  return run;
}
