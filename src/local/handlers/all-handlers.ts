import type { OperationName } from '../../rest/operations.ts';
import { createAssistantFileHandlers } from './assistant-files.ts';
import { createAssistantHandlers } from './assistants.ts';
import type { HandlerDeps, HandlersOf } from './handler.ts';
import { createMessageFileHandlers, createMessageHandlers } from './messages.ts';
import { createActHandlers, createRunHandlers, createStartHandlers } from './runs.ts';
import { createStepHandlers } from './steps.ts';
import { createThreadHandlers } from './threads.ts';

/** A handler for each of the 28 operations: one that is missing does not compile. */
export function createHandlers(deps: HandlerDeps): HandlersOf<OperationName> {
  return {
    ...createAssistantHandlers(deps),
    ...createAssistantFileHandlers(deps),
    ...createThreadHandlers(deps),
    ...createMessageHandlers(deps),
    ...createMessageFileHandlers(deps),
    ...createRunHandlers(deps),
    ...createStartHandlers(deps),
    ...createActHandlers(deps),
    ...createStepHandlers(deps),
  };
}
