import { badUserInput } from '../../errors.ts';
import { limits } from '../../rest/limits.ts';
import type { ResponseFormatOption, ToolDefinition } from '../../rest/requests.ts';
import { requireCount, requireShallow } from './checks.ts';

export type BuiltInTool = 'code_interpreter' | 'retrieval';

export interface FunctionToolInput {
  name: string;
  description?: string | null | undefined;
  parameters?: object | null | undefined;
}

/** Exactly one field is set. */
export interface AssistantToolInput {
  builtIn?: BuiltInTool | null | undefined;
  function?: FunctionToolInput | null | undefined;
}

export interface ResponseFormatInput {
  mode?: 'none' | 'auto' | 'text' | 'json_object' | null | undefined;
}

/** @param max maximum number of tools */
export function toolDefinitions(
  tools: readonly AssistantToolInput[],
  max: number,
  argument: string,
): ToolDefinition[] {
  requireCount(tools, max, argument);
  return tools.map((tool, index) => toolDefinition(tool, `${argument}[${index}]`));
}

function toolDefinition(tool: AssistantToolInput, argument: string): ToolDefinition {
  if (tool.builtIn) return { type: tool.builtIn };
  if (!tool.function) throw badUserInput(argument, 'must name a tool');
  const { name, description, parameters } = tool.function;
  return {
    type: 'function',
    function: {
      name: requireFunctionName(name, `${argument}.function.name`),
      description: description ?? undefined,
      parameters: parameters
        ? { ...requireShallow(parameters, `${argument}.function.parameters`) }
        : undefined,
    },
  };
}

export function requireFunctionName(name: string, argument: string): string {
  if (!/^[\w-]+$/.test(name) || name.length > limits.functionName) {
    throw badUserInput(
      argument,
      `must consist of 1 to ${limits.functionName} letters, digits, underscores and dashes`,
    );
  }
  return name;
}

/** Undefined if omitted. Null is passed on: it restores the default. */
export function responseFormat(
  input: ResponseFormatInput | null | undefined,
): ResponseFormatOption | null | undefined {
  const mode = input === null ? null : input?.mode;
  return mode === 'text' || mode === 'json_object' ? { type: mode } : mode;
}
