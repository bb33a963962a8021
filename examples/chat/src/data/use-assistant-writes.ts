import { useChatClient } from './context.ts';
import {
  type AssistantSummaryFragment,
  type AssistantToolInput,
  CreateAssistantDocument,
  DeleteAssistantDocument,
  ModifyAssistantDocument,
} from './generated/operations.ts';
import { type Problem, problemOf } from './problem.ts';

/** What the form of an assistant edits. */
export interface AssistantDraft {
  readonly name: string;
  readonly model: string;
  readonly instructions: string;
  /** All of them. Undefined keeps those that the assistant has. */
  readonly tools: readonly AssistantToolInput[] | undefined;
}

type Saved = { readonly assistant: AssistantSummaryFragment } | { readonly problem: Problem };

export interface AssistantWrites {
  /** @param id of the assistant to change, or undefined to create one */
  save(id: string | undefined, draft: AssistantDraft): Promise<Saved>;
  /** @returns why it failed */
  remove(id: string): Promise<Problem | undefined>;
}

export function useAssistantWrites(): AssistantWrites {
  const { graph } = useChatClient();
  return {
    async save(id, { name, model, instructions, tools }) {
      const fields = {
        name: name || null,
        model,
        instructions: instructions || null,
        ...(tools && { tools: [...tools] }),
      };
      const create = () => graph.mutation(CreateAssistantDocument, { input: fields });
      const modify = (known: string) =>
        graph.mutation(ModifyAssistantDocument, { input: { id: known, ...fields } });
      const { data, error } = await (id === undefined ? create() : modify(id));
      const saved = data && ('createAssistant' in data ? data.createAssistant : data.modifyAssistant);
      if (saved) return { assistant: saved.assistant };
      return {
        problem: error ? problemOf(error) : { code: 'UNKNOWN', message: 'The server sent no assistant.' },
      };
    },
    async remove(id) {
      const { error } = await graph.mutation(DeleteAssistantDocument, { input: { id } });
      return error && problemOf(error);
    },
  };
}
