/** The page of `attention --with`: one head for two prompts, side by side. The weights are the same; the attention is not. */

import type { AttentionReport, HeadFigure } from '../../report/attention-schema.js';
import { formatBytes, formatCount, formatInteger } from '../../words/format-quantity.js';
import { withMargin } from '../lines.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { PLAIN_THEME } from '../theme.js';
import { breakText, cut, wrap } from './columns.js';
import { displayWidth } from './display-width.js';
import type { Suggestion } from './next-section.js';
import { hasNoNumber, promptNotes } from './prompt-notes.js';
import { percent, promptSection, promptWords, tokenLabel } from './prompt-words.js';
import { entryLabels, hasRoomForNumbers, shareMap } from './share-map.js';
import { shellWord } from './shell-word.js';

const GAP = 4;

type Prompt = Pick<NonNullable<AttentionReport['other']>, 'tokens'> & { figure: HeadFigure };

/** Throws Error for a report on one prompt. */
export function renderComparedAttention(report: AttentionReport, options: RenderOptions): string[] {
  const { theme, width } = options;
  const { figure, other, tokens, layers, weights } = report;
  if (figure === null || other === undefined) throw new Error('a report on one prompt is not a comparison');
  const first: Prompt = { tokens, figure };
  const title = `layer ${figure.layer} of ${formatInteger(layers)}, head ${figure.head} of ${figure.queryHeads} · two prompts`;
  const longer = tokens.length >= other.tokens.length ? tokens : other.tokens;
  const damaged = hasNoNumber([...figure.shares.flat(), ...other.figure.shares.flat()]);
  const what = weights?.head == null ? `layer ${figure.layer}` : `head ${figure.head} of layer ${figure.layer}`;
  const size = formatBytes(weights?.head ?? weights?.layer ?? 0);
  const says = `Both prompts go through the same query, key, value and output matrices: ${size} for ${what}, in the file. The attention weights below are computed afresh for each prompt; they are not stored in any weight.`;
  const lines = [
    `${theme.title('ATTENTION')}  ${cut(`${title} · ${sanitize(report.architecture)}`, width - 13)}`,
    '',
    ...promptNotes({ ...report, tokens: longer }, damaged, options),
    theme.heading(`SAME ${size} OF WEIGHTS, DIFFERENT ATTENTION`),
    ...wrap(says, width - 2),
    '',
    ...maps([first, other], options),
    '',
    ...wrap(
      'Each row shows how much one token attends to itself and to the other tokens that it may see.',
      width - 2,
    ).map(theme.muted),
    '',
    theme.computed(theme.heading('COMPUTED')),
    ...breakText(`${computed([first, other])}${mostDifferent(first, other)}`, width - 2),
    '',
    ...promptSection(next(report, figure, options), [report, other], options),
  ];
  return lines.map(withMargin);
}

/** Each of the two on its own page; one page for both where their texts are too long for a command. */
function next(report: AttentionReport, { layer, head }: HeadFigure, { shell }: RenderOptions): Suggestion[] {
  const prompts = [report, ...(report.other === undefined ? [] : [report.other])];
  const words = [...new Set(prompts.map((one) => promptWords(one, shell)))];
  const model = shellWord(report.file.name, shell);
  const which = words.length === 1 ? [''] : [' of the first prompt', ' of the second prompt'];
  return words.map((prompt, i) => [
    `gguf-explain attention ${model} ${prompt} --layer ${layer} --head ${head}`,
    `this head${which[i]} in numbers`,
  ]);
}

function computed(prompts: readonly Prompt[]): string {
  const counts = prompts.map(({ figure }) => figure.shares.reduce((sum, row) => sum + row.length, 0));
  const [a = 0, b = 0] = counts;
  return `${formatCount(a, 'attention weight')} for the first prompt, ${formatInteger(b)} for the second: the numbers change with the text, the matrices do not.`;
}

/**
 * The place with the largest difference, which may be hard to see in the shades; empty for prompts of different lengths, or without a
 * difference.
 */
function mostDifferent(first: Prompt, second: Prompt): string {
  if (first.tokens.length !== second.tokens.length) return '';
  const pairs = first.figure.shares.flatMap((row, token) =>
    row.map((share, seen) => ({ token, seen, a: share ?? 0, b: second.figure.shares[token]?.[seen] ?? 0 })),
  );
  const [most] = pairs.sort((x, y) => Math.abs(y.a - y.b) - Math.abs(x.a - x.b));
  if (most === undefined || Math.abs(most.a - most.b) < 0.001) return '';
  const pair = ({ tokens }: Prompt) =>
    `"${tokenLabel(tokens[most.token] as Prompt['tokens'][number])}" to "${tokenLabel(tokens[most.seen] as Prompt['tokens'][number])}"`;
  const [here, there] = [pair(first), pair(second)];
  const other = here === there ? '' : `from ${there} `;
  return ` The largest difference: from ${here} it is ${percent(most.a)}, ${other}in the second prompt ${percent(most.b)}.`;
}

/** The maps side by side if the page is wide enough, else one below the other; either both with numbers or both without. */
function maps(prompts: readonly Prompt[], options: RenderOptions): string[] {
  const half = Math.floor((options.width - 2 - GAP) / 2);
  const draw = (width: number, theme = options.theme) => {
    const numbers = prompts.every(({ tokens, figure }) => {
      const labels = tokens.map(tokenLabel);
      return hasRoomForNumbers(labels, width, entryLabels(figure, labels));
    });
    return prompts.map((one) => mapOf(one, { width, theme }, numbers)) as [string[], string[]];
  };
  const plain = draw(half + 2, PLAIN_THEME);
  if (Math.max(0, ...plain.flat().map(displayWidth)) > half) {
    const [above, below] = draw(options.width);
    return [...above, '', ...below];
  }
  const [left, right] = draw(half + 2);
  const widest = Math.max(...plain[0].map(displayWidth));
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
    const space = ' '.repeat(widest - displayWidth(plain[0][i] ?? '') + GAP);
    return `${left[i] ?? ''}${space}${right[i] ?? ''}`.trimEnd();
  });
}

function mapOf({ tokens, figure }: Prompt, options: RenderOptions, numbers: boolean): string[] {
  const labels = tokens.map(tokenLabel);
  const words = breakText(labels.join(' '), options.width - 2);
  const map = shareMap(labels, figure.shares, options, entryLabels(figure, labels), numbers);
  return [...words.map(options.theme.title), ...map];
}
