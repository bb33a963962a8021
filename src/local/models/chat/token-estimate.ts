import { estimateTokenCount } from 'tokenx';
import type { TokenCounter } from '../model.ts';

/** Longer texts are estimated from samples: 256,000 characters would hold up other requests for 30 ms. */
const MAX_EXACT_LENGTH = 12_000;
const SAMPLE_LENGTH = 2_000;
/** The share of the context that is left free, because the count is an estimate. */
const RESERVE = 0.1;
/** The share of the context that is kept for the response, unless the run limits it to less. */
const RESPONSE_SHARE = 0.25;
/** The role and the markers around a message. */
const TOKENS_PER_MESSAGE = 4;

/** Estimates the tokens of any model: servers do not say how they count before they are asked. */
export function createTokenEstimate(contextTokens: number): TokenCounter {
  return {
    count: estimate,
    perMessage: TOKENS_PER_MESSAGE,
    countFunctions: (functions) => (functions.length === 0 ? 0 : estimate(JSON.stringify(functions))),
    maxPrompt(maxTokens = Number.POSITIVE_INFINITY) {
      const response = Math.min(maxTokens, contextTokens * RESPONSE_SHARE);
      return Math.floor(contextTokens * (1 - RESERVE) - response);
    },
  };
}

function estimate(text: string): number {
  if (text.length <= MAX_EXACT_LENGTH) return estimateTokenCount(text);
  const starts = [0, (text.length - SAMPLE_LENGTH) / 2, text.length - SAMPLE_LENGTH];
  const samples = starts.map((start) => text.slice(start, start + SAMPLE_LENGTH));
  const counted = samples.reduce((sum, sample) => sum + estimateTokenCount(sample), 0);
  return Math.ceil((counted / (SAMPLE_LENGTH * samples.length)) * text.length);
}
