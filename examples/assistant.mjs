/**
 * A program for OpenAI's Assistants API, with its official SDK (openai 4.36.0). Nothing in it is made for the local API. Start
 * that with `npm run local`, and then this:
 *
 *     OPENAI_BASE_URL=http://127.0.0.1:4001/v1 OPENAI_API_KEY=local node examples/assistant.mjs
 */
import OpenAI from 'openai';

const { threads, assistants } = new OpenAI().beta;

const functions = {
  get_weather: ({ city }) => `It is 24 °C and sunny in ${city}.`,
};

const assistant = await assistants.create({
  name: 'Weather',
  model: 'gpt-4-turbo',
  instructions: 'Answer in one sentence.',
  tools: [
    {
      type: 'function',
      function: {
        name: 'get_weather',
        description: 'The weather of a city',
        parameters: {
          type: 'object',
          properties: { city: { type: 'string', examples: ['Lima'] } },
          required: ['city'],
        },
      },
    },
  ],
});
const thread = await threads.create({
  messages: [{ role: 'user', content: 'What does get_weather say about Lima?' }],
});

let stream = threads.runs.createAndStream(thread.id, { assistant_id: assistant.id });
for (;;) {
  stream.on('textDelta', ({ value }) => process.stdout.write(value));
  const run = await stream.finalRun();
  if (run.status !== 'requires_action') {
    console.log(`\nThe run is ${run.status}.`, run.last_error?.message ?? '');
    break;
  }
  const tool_outputs = run.required_action.submit_tool_outputs.tool_calls.map(({ id, function: called }) => {
    console.log(`${called.name}(${called.arguments})`);
    return { tool_call_id: id, output: functions[called.name](JSON.parse(called.arguments)) };
  });
  stream = threads.runs.submitToolOutputsStream(thread.id, run.id, { tool_outputs });
}

await threads.del(thread.id);
await assistants.del(assistant.id);
