import { z } from 'zod';
import { instant, metadata, text } from './scalars.ts';

export const thread = z.object({ id: text, created_at: instant, metadata });
export type Thread = z.output<typeof thread>;
