/**
 * The conversations that every chat template is rendered with. They are always the same, so that results can be compared from run to run
 * and from template to template. Their words do not occur in any template.
 */

export interface Conversation {
  name: 'user' | 'system' | 'assistant' | 'tools' | 'none';
  /** Completes "on a conversation {says}". */
  says: string;
  /** The input of the template. There are several if programs pass it in different forms; it is enough if one works. */
  contexts: readonly Readonly<Record<string, unknown>>[];
}

const QUESTION = { role: 'user', content: 'QUESTION-1' };
const AGAIN = { role: 'user', content: 'QUESTION-2' };
const SYSTEM = { role: 'system', content: 'SYSTEM-1' };

/** The text of the assistant's answer; it shows whether a template drops the answer. */
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

/** `args` is a text in OpenAI's interface and an object in that of transformers. */
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

/** A question with its answer and no further question: shows how an answer begins. */
export const ANSWERED_QUESTION: Readonly<Record<string, unknown>> = {
  messages: [QUESTION, ANSWERED],
  add_generation_prompt: false,
};

/** What programs pass in addition to the messages. */
export const SURROUNDINGS: Readonly<Record<string, unknown>> = { bos_token: '<bos>', eos_token: '<eos>' };
