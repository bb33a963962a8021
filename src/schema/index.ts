/** The GraphQL schema. The imported files register their types with the builder. */
import './scalars.ts';
import './node.ts';
import './assistant.ts';
import './thread.ts';
import './assistant-mutation.ts';
import './thread-mutation.ts';
import './run-mutation.ts';
import { builder } from './builder.ts';

export const schema = builder.toSchema();
