import { z } from 'zod';
import { id, instant, metadata } from './scalars.ts';

export const thread = z.object({ id, created_at: instant, metadata });
export type Thread = z.output<typeof thread>;
