/** Phrases that several descriptions share. */
import { limits } from '../rest/limits.ts';

/** @example formatNumber(256000) is '256,000' */
export function formatNumber(value: number): string {
  return value.toLocaleString('en-US');
}

export const METADATA = `Up to ${limits.metadataPairs} key-value pairs.`;

export const TEMPERATURE = `Sampling temperature, 0 to ${limits.temperature}. Higher values make the output more random.`;

export const TOP_P =
  `Nucleus sampling, 0 to ${limits.topP}: the model considers only the most likely tokens, up to this total ` +
  'probability.';
