/** Renders the chat templates of a file with the fixed conversations. Brings the engine for it, so it is loaded only where there are some. */

import type { GgufFile } from '../../gguf/decode.js';
import { type Budget, budgetOfFile, type Prepared, prepare, type Rendering } from './bounded-interpreter.js';
import { ANSWERED_QUESTION, CONVERSATIONS, type Conversation, SURROUNDINGS } from './conversations.js';
import { blockFault } from './jinja-blocks.js';
import { keepRendered, plainTexts, type RenderedTemplate, tokenLikeWords } from './rendered.js';
import { judgedTemplatesOf, type Template } from './templates.js';

/** Templates of a file that are rendered; real files have a handful. */
const MOST_RENDERED = 16;

/** Which of some words are tokens; undefined where that cannot be told. */
export type FindTokens = (words: readonly string[]) => ReadonlySet<string> | undefined;

/** Renders those that are there whole and can be cut into pieces, for the rules about them. */
export function renderTemplates(file: GgufFile, findTokens: FindTokens): void {
  const budget = budgetOfFile();
  const templates = judgedTemplatesOf(file)
    .cut.filter(({ whole, fault, pieces }) => whole && fault === null && blockFault(pieces) === null)
    .slice(0, MOST_RENDERED)
    .map((template) => renderTemplate(template, budget));
  const words = templates.flatMap((one) => plainTexts(one).flatMap(tokenLikeWords));
  const tokens = words.length === 0 ? new Set<string>() : findTokens([...new Set(words)]);
  keepRendered(file, { templates, tokens });
}

function renderTemplate(template: Template, budget: Budget): RenderedTemplate {
  const prepared = prepare(template.text, budget);
  if (!('render' in prepared)) return { template, failure: prepared, renderings: [] };
  return {
    template,
    renderings: renderConversations(prepared),
    answered: prepared.render({ ...SURROUNDINGS, ...ANSWERED_QUESTION }),
  };
}

/** What a template makes of each conversation: in the way of giving it that it takes best. */
export function renderConversations(
  prepared: Extract<Prepared, { render: unknown }>,
): { conversation: Conversation; rendering: Rendering }[] {
  const done: { conversation: Conversation; rendering: Rendering }[] = [];
  for (const conversation of CONVERSATIONS) {
    const renderings: Rendering[] = [];
    for (const context of conversation.contexts) {
      const rendering = prepared.render({ ...SURROUNDINGS, ...context });
      renderings.push(rendering);
      if (kindOf(rendering) === 'text' || kindOf(rendering) === 'endless') break;
    }
    renderings.sort((a, b) => RANK.indexOf(kindOf(a)) - RANK.indexOf(kindOf(b)));
    done.push({ conversation, rendering: renderings[0] as Rendering });
    // What did not end once is not tried again.
    if (renderings[0] !== undefined && kindOf(renderings[0]) === 'endless') break;
  }
  return done;
}

/** Best first: a template that refuses a conversation in one form need not take it in another. What never ends is told before all. */
const RANK = ['text', 'endless', 'unknown', 'refused', 'failed'] as const;

function kindOf(rendering: Rendering): (typeof RANK)[number] {
  return 'text' in rendering ? 'text' : rendering.kind;
}
