/**
 * Renders the chat templates of a file with the fixed conversations. It brings the template engine, so it is loaded only if the file has
 * templates.
 */

import type { GgufFile } from '../../gguf/decode.js';
import { type Budget, budgetOfFile, type Prepared, prepare, type Rendering } from './bounded-interpreter.js';
import { ANSWERED_QUESTION, CONVERSATIONS, type Conversation, SURROUNDINGS } from './conversations.js';
import { blockFault } from './jinja-blocks.js';
import { keepRendered, plainTexts, type RenderedTemplate, tokenLikeWords } from './rendered.js';
import { judgedTemplatesOf, type Template } from './templates.js';

/** Most templates of a file that are rendered; real files have a handful. */
const MOST_RENDERED = 16;

/** Returns which of the words are tokens; undefined if that cannot be determined. */
export type FindTokens = (words: readonly string[]) => ReadonlySet<string> | undefined;

/** Renders the templates that are complete and can be split into pieces, and keeps the results for the rules. */
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

/** Renders each conversation, in the input form with the best result. */
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
    // A template that did not finish once is not tried again.
    if (renderings[0] !== undefined && kindOf(renderings[0]) === 'endless') break;
  }
  return done;
}

/**
 * Best first: a template that refuses one form of a conversation may accept another. An endless rendering ranks before the other failures.
 */
const RANK = ['text', 'endless', 'unknown', 'refused', 'failed'] as const;

function kindOf(rendering: Rendering): (typeof RANK)[number] {
  return 'text' in rendering ? 'text' : rendering.kind;
}
