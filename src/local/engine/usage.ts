import type { StepObject, Usage } from '../objects.ts';

/** Both counts, in words, and their sum. */
export function usageOf(promptTokens: number, completionTokens: number): Usage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

/** What a run has used: the sum of its steps. */
export function sumUsage(steps: Iterable<StepObject>): Usage {
  let prompt = 0;
  let completion = 0;
  for (const { usage } of steps) {
    prompt += usage?.prompt_tokens ?? 0;
    completion += usage?.completion_tokens ?? 0;
  }
  return usageOf(prompt, completion);
}

/** A step as the API shows it: usage is counted from its beginning, and shown from its end. */
export function shownStep(step: StepObject): StepObject {
  return step.status === 'in_progress' ? { ...step, usage: null } : step;
}
