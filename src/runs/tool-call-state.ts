import type { CodeInterpreterOutput, ToolCall } from '../rest/wire/run.ts';
import type { WireToolCallDelta } from '../rest/wire/stream-event.ts';
import type { CodeInterpreterOutputDelta, ToolCallDelta } from './events.ts';
import { textGrowth } from './text-growth.ts';

type Output = Exclude<CodeInterpreterOutput, { type: 'unknown' }>;

/**
 * One tool call of a step as the log has told it: the fields of all types, of which each type uses its own. Like
 * MessageState it tells each fact once, wherever it comes from.
 */
export class ToolCallState {
  readonly #index: number;
  #type: ToolCallDelta['type'] = 'unknown';
  #id: string | null = null;
  #name: string | null = null;
  /** The arguments of a function, or the input of a code interpreter. */
  #text = '';
  #functionOutput: string | null = null;
  readonly #outputs = new Map<number, Output>();
  #retrieval: Readonly<Record<string, unknown>> | null = null;
  #unknown: { raw_type: string; raw: Readonly<Record<string, unknown>> } = { raw_type: '', raw: {} };

  constructor(index: number) {
    this.#index = index;
  }

  /** A piece came by stream. */
  applyDelta(delta: WireToolCallDelta): ToolCallDelta {
    this.#type = delta.type;
    this.#id = delta.id ?? this.#id;
    const offset = this.#text.length;
    switch (delta.type) {
      case 'function': {
        const { name, arguments: piece, output } = delta.function;
        this.#name = name ?? this.#name;
        this.#text += piece ?? '';
        this.#functionOutput = output ?? this.#functionOutput;
        return this.#told(offset, piece, []);
      }
      case 'code_interpreter': {
        const { input, outputs } = delta.code_interpreter;
        this.#text += input ?? '';
        return this.#told(
          offset,
          input,
          outputs.map((output) => this.#applyOutput(output)),
        );
      }
      case 'retrieval':
        this.#retrieval = delta.retrieval ?? this.#retrieval;
        return this.#told(0, null, []);
      default:
        this.#unknown = { raw_type: delta.raw_type, raw: delta.raw };
        return this.#told(0, null, []);
    }
  }

  /** Upstream shows the call like this. @returns what is new about it, or undefined */
  observe(call: ToolCall): ToolCallDelta | undefined {
    const before = JSON.stringify(this.latest());
    const growth = textGrowth(this.#text, textOf(call));
    const outputs: CodeInterpreterOutputDelta[] = [];
    this.#type = call.type;
    this.#text = textOf(call);
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
    if (JSON.stringify(this.latest()) === before) return undefined;
    return this.#told(growth?.offset ?? this.#text.length, growth?.piece ?? null, outputs);
  }

  /** The newest that is known. */
  latest(): ToolCall {
    const id = this.#id ?? '';
    switch (this.#type) {
      case 'function':
        return {
          id,
          type: 'function',
          function: { name: this.#name ?? '', arguments: this.#text, output: this.#functionOutput },
        };
      case 'code_interpreter':
        return {
          id,
          type: 'code_interpreter',
          code_interpreter: { input: this.#text, outputs: [...this.#outputs.values()] },
        };
      case 'retrieval':
        return { id, type: 'retrieval', retrieval: { ...this.#retrieval } };
      default:
        return { type: 'unknown', ...this.#unknown };
    }
  }

  /** All of the call as one delta. */
  snapshot(): ToolCallDelta {
    const outputs = [...this.#outputs].map(([index, output]) => outputDelta(index, 0, output));
    return this.#told(0, this.#text === '' ? null : this.#text, outputs);
  }

  #told(offset: number, piece: string | null, outputs: CodeInterpreterOutputDelta[]): ToolCallDelta {
    const base = { index: this.#index, id: this.#id };
    switch (this.#type) {
      case 'function':
        return {
          ...base,
          type: 'function',
          name: this.#name,
          offset,
          arguments: piece,
          output: this.#functionOutput,
        };
      case 'code_interpreter':
        return { ...base, type: 'code_interpreter', offset, input: piece, outputs };
      case 'retrieval':
        return { ...base, type: 'retrieval', retrieval: this.#retrieval };
      default:
        return { ...base, type: 'unknown', ...this.#unknown };
    }
  }

  #applyOutput(output: Output & { index: number }): CodeInterpreterOutputDelta {
    const { index } = output;
    const known = this.#outputs.get(index);
    const offset = known?.type === 'logs' ? known.logs.length : 0;
    const before = known?.type === 'logs' ? known.logs : '';
    this.#outputs.set(index, output.type === 'logs' ? { ...output, logs: before + output.logs } : output);
    return outputDelta(index, offset, output);
  }

  #observeOutput(index: number, output: Output): CodeInterpreterOutputDelta[] {
    const known = this.#outputs.get(index);
    this.#outputs.set(index, output);
    if (output.type === 'image') {
      return JSON.stringify(known) === JSON.stringify(output) ? [] : [outputDelta(index, 0, output)];
    }
    const growth = textGrowth(known?.type === 'logs' ? known.logs : '', output.logs);
    return growth === undefined ? [] : [{ index, type: 'logs', offset: growth.offset, logs: growth.piece }];
  }
}

function textOf(call: ToolCall): string {
  if (call.type === 'function') return call.function.arguments;
  return call.type === 'code_interpreter' ? call.code_interpreter.input : '';
}

function outputDelta(index: number, offset: number, output: Output): CodeInterpreterOutputDelta {
  if (output.type === 'image') return { index, type: 'image', file_id: output.image.file_id };
  return { index, type: 'logs', offset, logs: output.logs };
}
