import type { CodeInterpreterOutput, ToolCall } from '../rest/wire/run.ts';
import type { OutputDelta, WireToolCallDelta } from '../rest/wire/stream-event.ts';
import type { CodeInterpreterOutputDelta, ToolCallDelta } from './events.ts';
import { GrowingText } from './growing-text.ts';
import type { TextGrowth } from './text-growth.ts';

type Output = Exclude<CodeInterpreterOutput, { type: 'unknown' }>;
type OutputState = { readonly logs: GrowingText } | { readonly image: Extract<Output, { type: 'image' }> };

/**
 * The state of one tool call of a step, as recorded in the log. It has the fields of all types. Like MessageState, it turns each
 * change into one delta only.
 */
export class ToolCallState {
  readonly #index: number;
  #type: ToolCallDelta['type'] = 'unknown';
  #id: string | null = null;
  #name: string | null = null;
  /** The arguments of a function, or the input of a code interpreter. */
  readonly #text = new GrowingText();
  #functionOutput: string | null = null;
  readonly #outputs = new Map<number, OutputState>();
  #retrieval: Readonly<Record<string, unknown>> | null = null;
  #unknown: { raw_type: string; raw: Readonly<Record<string, unknown>> } = { raw_type: '', raw: {} };

  constructor(index: number) {
    this.#index = index;
  }

  /** Applies a delta from a stream. */
  applyDelta(delta: WireToolCallDelta, stream: number): ToolCallDelta {
    this.#type = delta.type;
    this.#id = delta.id ?? this.#id;
    switch (delta.type) {
      case 'function': {
        const { name, arguments: piece, output } = delta.function;
        this.#name = name ?? this.#name;
        this.#functionOutput = output ?? this.#functionOutput;
        return this.#delta(this.#text.append(piece ?? '', stream), []);
      }
      case 'code_interpreter': {
        const { input, outputs } = delta.code_interpreter;
        const growth = this.#text.append(input ?? '', stream);
        return this.#delta(
          growth,
          outputs.flatMap((output) => this.#applyOutput(output, stream)),
        );
      }
      case 'retrieval':
        this.#retrieval = delta.retrieval ?? this.#retrieval;
        return this.#delta(undefined, []);
      default:
        this.#unknown = { raw_type: delta.raw_type, raw: delta.raw };
        return this.#delta(undefined, []);
    }
  }

  /** Applies a complete tool call. @param stream set if it is from a stream @returns the change, or undefined */
  observe(call: ToolCall, stream?: number): ToolCallDelta | undefined {
    const before = JSON.stringify(this.latest());
    const outputs: CodeInterpreterOutputDelta[] = [];
    this.#type = call.type;
    if (call.type === 'unknown') {
      this.#id = typeof call.raw.id === 'string' ? call.raw.id : null;
      this.#unknown = { raw_type: call.raw_type, raw: call.raw };
    } else {
      this.#id = call.id;
    }
    if (call.type === 'retrieval') this.#retrieval = call.retrieval;
    if (call.type === 'function') {
      this.#name = call.function.name;
      this.#functionOutput = call.function.output ?? this.#functionOutput;
    }
    if (call.type === 'code_interpreter') {
      for (const [index, output] of call.code_interpreter.outputs.entries()) {
        if (output.type !== 'unknown') outputs.push(...this.#observeOutput(index, output));
      }
    }
    const growth = this.#text.replace(textOf(call));
    if (stream !== undefined) this.#text.skipTo(this.#text.value.length, stream);
    return JSON.stringify(this.latest()) === before ? undefined : this.#delta(growth, outputs);
  }

  /** The tool call with all deltas applied. */
  latest(): ToolCall {
    const id = this.#id ?? '';
    switch (this.#type) {
      case 'function':
        return {
          id,
          type: 'function',
          function: { name: this.#name ?? '', arguments: this.#text.value, output: this.#functionOutput },
        };
      case 'code_interpreter':
        return {
          id,
          type: 'code_interpreter',
          code_interpreter: { input: this.#text.value, outputs: [...this.#outputs.values()].map(outputOf) },
        };
      case 'retrieval':
        return { id, type: 'retrieval', retrieval: { ...this.#retrieval } };
      default:
        return { type: 'unknown', ...this.#unknown };
    }
  }

  /** The whole tool call as one delta. */
  snapshot(): ToolCallDelta {
    const outputs = [...this.#outputs].map(([index, output]) => wholeOutput(index, outputOf(output)));
    const { value } = this.#text;
    return this.#delta(value === '' ? undefined : { offset: 0, piece: value }, outputs);
  }

  #delta(growth: TextGrowth | undefined, outputs: CodeInterpreterOutputDelta[]): ToolCallDelta {
    const base = { index: this.#index, id: this.#id };
    const offset = growth?.offset ?? this.#text.value.length;
    const piece = growth?.piece ?? null;
    switch (this.#type) {
      case 'function': {
        const [name, output] = [this.#name, this.#functionOutput];
        return { ...base, type: 'function', name, offset, arguments: piece, output };
      }
      case 'code_interpreter':
        return { ...base, type: 'code_interpreter', offset, input: piece, outputs };
      case 'retrieval':
        return { ...base, type: 'retrieval', retrieval: this.#retrieval };
      default:
        return { ...base, type: 'unknown', ...this.#unknown };
    }
  }

  #applyOutput(output: OutputDelta, stream: number): CodeInterpreterOutputDelta[] {
    const { index } = output;
    if (output.type === 'image') return this.#observeOutput(index, { type: 'image', image: output.image });
    return logsGrowth(index, this.#logs(index).append(output.logs, stream));
  }

  #observeOutput(index: number, output: Output): CodeInterpreterOutputDelta[] {
    if (output.type === 'logs') return logsGrowth(index, this.#logs(index).replace(output.logs));
    const known = this.#outputs.get(index);
    this.#outputs.set(index, { image: output });
    const isKnown =
      known !== undefined && 'image' in known && known.image.image.file_id === output.image.file_id;
    return isKnown ? [] : [wholeOutput(index, output)];
  }

  #logs(index: number): GrowingText {
    const known = this.#outputs.get(index);
    if (known !== undefined && 'logs' in known) return known.logs;
    const logs = new GrowingText();
    this.#outputs.set(index, { logs });
    return logs;
  }
}

function textOf(call: ToolCall): string {
  if (call.type === 'function') return call.function.arguments;
  return call.type === 'code_interpreter' ? call.code_interpreter.input : '';
}

function outputOf(state: OutputState): Output {
  return 'logs' in state ? { type: 'logs', logs: state.logs.value } : state.image;
}

function logsGrowth(index: number, growth: TextGrowth | undefined): CodeInterpreterOutputDelta[] {
  if (growth === undefined) return [];
  return [{ index, type: 'logs', offset: growth.offset, logs: growth.piece }];
}

function wholeOutput(index: number, output: Output): CodeInterpreterOutputDelta {
  if (output.type === 'image') return { index, type: 'image', file_id: output.image.file_id };
  return { index, type: 'logs', offset: 0, logs: output.logs };
}
