/** Checks the text that a chat template renders: whether rendering finishes, begins an answer, and uses tokens of the vocabulary. */

import { defineCheck } from '../define-check.js';
import { ANSWER } from '../jinja/conversations.js';
import { plainTexts, type RenderedTemplate, renderedTemplates, tokenLikeWords } from '../jinja/rendered.js';
import { listed } from '../listed.js';
import { shortened } from '../place.js';

/** Conversations that a template must accept. It may refuse a system message or tools; programs then put these elsewhere. */
const MUST_TAKE: ReadonlySet<string> = new Set(['user', 'assistant']);

export const RENDERED_TEMPLATE_CHECKS = [
  /** A template that cannot be read, fails in its own code, or refuses a plain question. */
  defineCheck({
    code: 'template-fails',
    group: 'advice',
    level: 'warning',
    says: 'the chat template fails on a conversation {conversation}: {error}',
    hint: 'llama.cpp fails there as well; use the template of the original model',
    appliesTo: renderedTemplates,
    readsTexts: true,
    judge({ templates }) {
      return templates.flatMap(({ template, failure, renderings }) => {
        const place = { offset: template.offset, key: shortened(template.key) };
        if (failure?.kind === 'failed')
          return [{ place, facts: { conversation: 'of any kind', error: failure.words } }];
        const failed = renderings.find(({ conversation: { name }, rendering }) => {
          if (!('kind' in rendering) || name === 'none') return false;
          return rendering.kind === 'failed' || (rendering.kind === 'refused' && MUST_TAKE.has(name));
        });
        if (failed === undefined || !('words' in failed.rendering)) return [];
        return [{ place, facts: { conversation: failed.conversation.says, error: failed.rendering.words } }];
      });
    },
  }),
  /** A template that does so much work for a short conversation that it must be intentional. */
  defineCheck({
    code: 'template-endless',
    group: 'advice',
    level: 'warning',
    says: 'the chat template does not finish on a short conversation {conversation}',
    hint: 'it keeps a program busy or fills its memory; use the template of the original model',
    appliesTo: renderedTemplates,
    readsTexts: true,
    judge({ templates }) {
      return templates.flatMap(({ template, failure, renderings }) => {
        const place = { offset: template.offset, key: shortened(template.key) };
        if (failure?.kind === 'endless') return [{ place, facts: { conversation: 'of any kind' } }];
        const endless = renderings.find(({ rendering }) => 'kind' in rendering && rendering.kind === 'endless');
        return endless === undefined ? [] : [{ place, facts: { conversation: endless.conversation.says } }];
      });
    },
  }),
  /** A template that writes a header before finished answers but not before the answer that is to be generated. */
  defineCheck({
    code: 'generation-prompt-missing',
    group: 'advice',
    level: 'warning',
    says: 'the chat template does not begin the answer: {header} is missing after the question',
    hint: 'the model has to write it, or it continues the question; use a template with add_generation_prompt',
    appliesTo: renderedTemplates,
    readsTexts: true,
    judge({ templates }) {
      return templates.flatMap((rendered) => {
        const header = missingHeader(rendered);
        if (header === undefined) return [];
        const { template } = rendered;
        return [{ place: { offset: template.offset, key: shortened(template.key) }, facts: { header } }];
      });
    },
  }),
  /** Special tokens of another model. The tokenizer splits them into ordinary text, which the model has not learned as marks. */
  defineCheck({
    code: 'template-token-missing',
    group: 'advice',
    level: 'advice',
    says: 'the chat template writes {words}, but the vocabulary has no such token',
    hint: 'they reach the model as pieces of text; use the template that belongs to the vocabulary',
    appliesTo: renderedTemplates,
    readsTexts: true,
    judge({ templates, tokens }) {
      if (tokens === undefined) return [];
      return templates.flatMap((rendered) => {
        const written = [...new Set(plainTexts(rendered).flatMap(tokenLikeWords))];
        const missing = written.filter((word) => !tokens.has(word));
        if (missing.length === 0) return [];
        const { template } = rendered;
        // Some models were trained with such marks as plain text, but a mix of tokens and text around each question cannot be intended.
        const always = questionText(rendered);
        const mixed = missing.length < written.length && missing.some((word) => always.includes(word));
        const level = mixed ? ('warning' as const) : ('advice' as const);
        return [
          {
            place: { offset: template.offset, key: shortened(template.key) },
            level,
            facts: { words: listed(missing) },
          },
        ];
      });
    },
  }),
];

/** The text before a finished answer that is missing at the end of a prompt; undefined if nothing but white space is missing. */
function missingHeader({ renderings, answered }: RenderedTemplate): string | undefined {
  if (answered === undefined || !('text' in answered)) return undefined;
  const at = answered.text.indexOf(ANSWER);
  const prompt = questionText({ renderings }).trimEnd();
  const before = answered.text.slice(0, at);
  if (at < 0 || prompt === '' || !before.startsWith(prompt)) return undefined;
  const header = before.slice(prompt.length).trim();
  return header === '' ? undefined : header;
}

/** The rendered text of a single question; empty if it could not be rendered. */
function questionText({ renderings }: Pick<RenderedTemplate, 'renderings'>): string {
  const asked = renderings.find(({ conversation }) => conversation.name === 'user')?.rendering;
  return asked !== undefined && 'text' in asked ? asked.text : '';
}
