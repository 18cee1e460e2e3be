/** Compares two chat templates by their output for the fixed conversations: their code may differ in every line and still do the same. */

import { budgetOfFile, prepare, type Rendering } from './bounded-interpreter.js';
import { renderConversations } from './render-templates.js';

export interface TemplateComparison {
  /** Conversations for which both give the same text, or which both refuse. */
  same: string[];
  /** Conversations with different results; null if a template gives no text. */
  different: { conversation: string; before: string | null; after: string | null }[];
  /** Conversations that could not be rendered here. */
  unknown: string[];
}

export function compareTemplates(before: string, after: string): TemplateComparison {
  const [a, b] = [before, after].map(renderingsOf) as [Map<string, Rendering>, Map<string, Rendering>];
  const comparison: TemplateComparison = { same: [], different: [], unknown: [] };
  for (const conversation of new Set([...a.keys(), ...b.keys()])) {
    const [one, other] = [a.get(conversation), b.get(conversation)];
    if (isUnknown(one) || isUnknown(other)) comparison.unknown.push(conversation);
    else if (textOf(one) === textOf(other)) comparison.same.push(conversation);
    else comparison.different.push({ conversation, before: textOf(one), after: textOf(other) });
  }
  return comparison;
}

function renderingsOf(source: string): Map<string, Rendering> {
  const prepared = prepare(source, budgetOfFile());
  if (!('render' in prepared)) return new Map();
  return new Map(renderConversations(prepared).map(({ conversation, rendering }) => [conversation.name, rendering]));
}

function isUnknown(rendering: Rendering | undefined): boolean {
  return rendering !== undefined && 'kind' in rendering && rendering.kind === 'unknown';
}

function textOf(rendering: Rendering | undefined): string | null {
  return rendering !== undefined && 'text' in rendering ? rendering.text : null;
}
