import type { StepObject, Usage } from '../objects.ts';

/** Usage from its two counts, in tokens. */
export function usageOf(promptTokens: number, completionTokens: number): Usage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

/** The usage of a run: the sum over its steps. */
export function sumUsage(steps: Iterable<StepObject>): Usage {
  let prompt = 0;
  let completion = 0;
  for (const { usage } of steps) {
    prompt += usage?.prompt_tokens ?? 0;
    completion += usage?.completion_tokens ?? 0;
  }
  return usageOf(prompt, completion);
}
