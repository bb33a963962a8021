import type { Assistant } from '../data/use-assistants.ts';

/** The fields of a new assistant, to begin with. */
export const exampleAssistant: Pick<Assistant, 'name' | 'model' | 'instructions' | 'tools'> = {
  name: 'Guide',
  model: 'offline',
  instructions: 'Answer in one sentence.',
  tools: [
    { __typename: 'RetrievalTool', type: 'RETRIEVAL' },
    {
      __typename: 'FunctionTool',
      type: 'FUNCTION',
      name: 'get_weather',
      description: 'The weather in a town',
      parameters: {
        type: 'object',
        properties: { town: { type: 'string', examples: ['Oslo'] } },
        required: ['town'],
      },
    },
  ],
};

/** Things to say to an assistant. */
export function suggestionsFor(assistant: Assistant | undefined): readonly string[] {
  if (assistant === undefined) return [];
  const functions = assistant.tools.flatMap((tool) => (tool.__typename === 'FunctionTool' ? tool.name : []));
  return ['What can you do?', ...functions.slice(0, 2).map((name) => `Call ${name}, please`)];
}
