/**
 * The conversations that every chat template is rendered with. They are always the same, so that what a template does with them can be
 * compared: from one run to the next, and from one template to another. Their words are no word of any template.
 */

export interface Conversation {
  name: 'user' | 'system' | 'assistant' | 'tools' | 'none';
  /** In words: "on a conversation {says}". */
  says: string;
  /** What the template is given; several where programs give it in one way or another, and one that works is enough. */
  contexts: readonly Readonly<Record<string, unknown>>[];
}

const QUESTION = { role: 'user', content: 'QUESTION-1' };
const AGAIN = { role: 'user', content: 'QUESTION-2' };
const SYSTEM = { role: 'system', content: 'SYSTEM-1' };

/** What the answer of the assistant says; a template that leaves it out is found by it. */
export const ANSWER = 'ANSWER-1';
const ANSWERED = { role: 'assistant', content: ANSWER };

const TOOLS = [
  {
    type: 'function',
    function: {
      name: 'weather',
      description: 'DESCRIPTION-1',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string', description: 'DESCRIPTION-2' } },
        required: ['city'],
      },
    },
  },
];

/** Arguments are a text in the interface of OpenAI, and an object in that of transformers. */
function calling(args: unknown, content: string | null): object[] {
  const call = { id: 'call00001', type: 'function', function: { name: 'weather', arguments: args } };
  return [
    QUESTION,
    { role: 'assistant', content, tool_calls: [call] },
    { role: 'tool', name: 'weather', tool_call_id: 'call00001', content: 'RESULT-1' },
  ];
}

const ask = (messages: readonly object[], more: object = {}) => ({
  messages,
  add_generation_prompt: true,
  ...more,
});

export const CONVERSATIONS: readonly Conversation[] = [
  { name: 'user', says: 'with a question', contexts: [ask([QUESTION])] },
  { name: 'system', says: 'with a system message', contexts: [ask([SYSTEM, QUESTION])] },
  { name: 'assistant', says: 'with an answer', contexts: [ask([QUESTION, ANSWERED, AGAIN])] },
  {
    name: 'tools',
    says: 'with tools',
    contexts: [
      ask(calling({ city: 'CITY-1' }, ''), { tools: TOOLS }),
      ask(calling('{"city": "CITY-1"}', ''), { tools: TOOLS }),
      ask(calling({ city: 'CITY-1' }, null), { tools: TOOLS }),
    ],
  },
  { name: 'none', says: 'without messages', contexts: [ask([])] },
];

/** A question with its answer, and nothing asked after it: shows how an answer begins. */
export const ANSWERED_QUESTION: Readonly<Record<string, unknown>> = {
  messages: [QUESTION, ANSWERED],
  add_generation_prompt: false,
};

/** What programs give beside the messages. */
export const SURROUNDINGS: Readonly<Record<string, unknown>> = { bos_token: '<bos>', eos_token: '<eos>' };
