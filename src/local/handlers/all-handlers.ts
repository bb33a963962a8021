import type { OperationName } from '../../rest/operations.ts';
import { createAssistantFileHandlers } from './assistant-files.ts';
import { createAssistantHandlers } from './assistants.ts';
import type { HandlerDeps, HandlersOf } from './handler.ts';
import { createMessageFileHandlers, createMessageHandlers } from './messages.ts';
import { createRunActionHandlers, createRunHandlers, createRunStartHandlers } from './runs.ts';
import { createStepHandlers } from './steps.ts';
import { createThreadHandlers } from './threads.ts';

/** The handlers of the 28 operations. A missing one does not compile. */
export function createHandlers(deps: HandlerDeps): HandlersOf<OperationName> {
  return {
    ...createAssistantHandlers(deps),
    ...createAssistantFileHandlers(deps),
    ...createThreadHandlers(deps),
    ...createMessageHandlers(deps),
    ...createMessageFileHandlers(deps),
    ...createRunHandlers(deps),
    ...createRunStartHandlers(deps),
    ...createRunActionHandlers(deps),
    ...createStepHandlers(deps),
  };
}
