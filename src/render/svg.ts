/**
 * The flow as a picture: one SVG that loads nothing, light or dark like the reader's screen. Boxes are placed one below the other on the
 * line of the vector that travels; if a layer adds its result, a second line goes around it.
 */

import type { FlowBox, FlowLayers, FlowReport, FlowStage } from '../report/flow-schema.js';
import { shorten } from '../words/shorten.js';
import { layersTitle, sumWords } from './flow-row-words.js';
import { sanitize } from './sanitize.js';
import { boxHeight, drawBox, escapeXml, text } from './svg-box.js';
import { SVG_STYLE } from './svg-style.js';

const WIDTH = 860;
const MARGIN = 20;
const GAP = 26;
/** Room inside a group of layers; the room on the left is for the line that goes around. */
const INSET = { left: 40, right: 40, top: 52, bottom: 18 };
/** Room for the circle with the plus. */
const SUM = 44;
/** Room below each part. */
const PART_GAP = 40;

/** The fields of a report that are drawn. */
type Flow = Pick<FlowReport, 'model' | 'parts'>;

interface Piece {
  markup: string;
  /** The y at which the next piece starts. */
  y: number;
}

export function renderSvg(report: FlowReport): string {
  const title = titleOf(report);
  const heading = [text(MARGIN, 36, title, 'name'), text(MARGIN, 58, subtitle(report), 'facts')];
  const { markup, y } = drawParts(report, 84);
  const height = Math.round(y);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escapeXml(`How a token travels through ${title}`)}</title>`,
    `<style>${SVG_STYLE}</style>`,
    TIP,
    `<rect class="page" width="${WIDTH}" height="${height}"/>`,
    ...heading,
    markup,
    '</svg>\n',
  ].join('\n');
}

/** The same picture inside a page, whose style sheet has the rules and whose text names the model. */
export function embeddedSvg(report: Flow): string {
  // A single part needs no title: the section around it has one.
  const { markup, y } = drawParts(report, 4, report.parts.length > 1);
  const height = Math.round(y - PART_GAP + 4);
  const name = escapeXml(`How a token travels through ${titleOf(report)}: boxes with their tensors`);
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${name}">
${TIP}
${markup}
</svg>`;
}

const TIP =
  '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>';

function titleOf({ model }: Flow): string {
  return sanitize(shorten(model.name ?? model.architecture ?? 'Model', 80));
}

/** The parts of a model one below the other, from `top` on. */
function drawParts(report: Flow, top: number, titled = true): Piece {
  const pieces: string[] = [];
  let y = top;
  if (report.parts.length === 0) {
    pieces.push(text(MARGIN, y, 'no tensors, so there is nothing to draw', 'facts'));
    y += GAP;
  }
  for (const part of report.parts) {
    if (titled) {
      pieces.push(text(MARGIN, y + 12, part.title, 'part'), text(WIDTH - MARGIN, y + 12, sumWords(part), 'facts end'));
      y += 32;
    }
    part.steps.forEach((step, i) => {
      if (i > 0) {
        pieces.push(arrow(WIDTH / 2, y, y + GAP));
        y += GAP;
      }
      const piece = step.step === 'box' ? single(step.box, MARGIN, y, WIDTH - 2 * MARGIN) : layers(step, y);
      pieces.push(piece.markup);
      y = piece.y;
    });
    if (part.alternating) {
      const words = 'Layers of these kinds alternate, in the order of their numbers; each kind is shown once.';
      pieces.push(text(MARGIN, y + 24, words, 'facts'));
      y += 24;
    }
    y += PART_GAP;
  }
  return { markup: pieces.join('\n'), y };
}

function subtitle({ model, parts }: FlowReport): string {
  const total = (key: 'parameters' | 'bytes') => parts.reduce((sum, part) => sum + part[key], 0);
  const architecture = sanitize(shorten(model.architecture ?? 'no architecture', 40));
  return [architecture, sumWords({ parameters: total('parameters'), bytes: total('bytes') })]
    .filter(Boolean)
    .join(' · ');
}

function single(box: FlowBox, x: number, y: number, width: number): Piece {
  return { markup: drawBox(box, x, y, width, boxHeight(box, width)), y: y + boxHeight(box, width) };
}

function layers(step: FlowLayers, top: number): Piece {
  const x = MARGIN;
  const width = WIDTH - 2 * MARGIN;
  const pieces: string[] = [
    text(x + 16, top + 24, layersTitle(step, 70), 'layers-title'),
    text(x + width - 16, top + 24, sumWords(step), 'facts end'),
    text(x + 16, top + 43, shorten(step.says, 110), 'facts'),
  ];
  let y = top + INSET.top;
  for (const stage of step.stages) {
    const piece = drawStage(stage, x + INSET.left, y, width - INSET.left - INSET.right);
    pieces.push(piece.markup);
    y = piece.y;
  }
  const bottom = y + INSET.bottom;
  const frame = `<rect class="layers" x="${x}" y="${top}" width="${width}" height="${bottom - top}" rx="14"/>`;
  return { markup: [frame, ...pieces].join('\n'), y: bottom };
}

function drawStage(stage: FlowStage, x: number, top: number, width: number): Piece {
  const pieces: string[] = [];
  const middle = x + width / 2;
  let y = top;
  const chain = (boxes: readonly FlowBox[]) => {
    for (const box of boxes) {
      pieces.push(arrow(middle, y, y + GAP));
      const piece = single(box, x, y + GAP, width);
      pieces.push(piece.markup);
      y = piece.y;
    }
  };
  chain(stage.before);
  if (stage.lanes.length > 0) {
    const piece = drawLanes(stage.lanes, x, y, width);
    pieces.push(piece.markup);
    y = piece.y;
  }
  chain(stage.join);
  if (stage.add) {
    const center = y + GAP + 10;
    const side = x - INSET.left / 2;
    pieces.push(
      arrow(middle, y, center - 11),
      `<path class="residual" marker-end="url(#tip)" d="M${middle} ${top + 6}H${side + 8}Q${side} ${top + 6} ${side} ${top + 14}V${center - 8}Q${side} ${center} ${side + 8} ${center}H${middle - 12}"/>`,
      `<circle class="sum" cx="${middle}" cy="${center}" r="11"/><path class="plus" d="M${middle - 6} ${center}h12M${middle} ${center - 6}v12"/>`,
    );
    y += SUM + 6;
  }
  chain(stage.after);
  return { markup: pieces.join('\n'), y };
}

/** Lanes side by side; the boxes of a lane one below the other. */
function drawLanes(lanes: readonly (readonly FlowBox[])[], x: number, top: number, width: number): Piece {
  const room = (width - (lanes.length - 1) * 14) / lanes.length;
  const pieces: string[] = [];
  const middle = x + width / 2;
  const bottoms: number[] = [];
  lanes.forEach((lane, i) => {
    const left = x + i * (room + 14);
    const center = left + room / 2;
    let y = top;
    lane.forEach((box, at) => {
      pieces.push(at === 0 ? elbow(middle, center, y, y + GAP) : arrow(center, y, y + GAP));
      const piece = single(box, left, y + GAP, room);
      pieces.push(piece.markup);
      y = piece.y;
    });
    bottoms.push(y);
  });
  const bottom = Math.max(...bottoms);
  if (lanes.length === 1) return { markup: pieces.join('\n'), y: bottom };
  lanes.forEach((_, i) => {
    const center = x + i * (room + 14) + room / 2;
    pieces.push(`<path class="line" d="M${center} ${bottoms[i]}V${bottom + 12}H${middle}"/>`);
  });
  return { markup: pieces.join('\n'), y: bottom + 12 };
}

function arrow(x: number, from: number, to: number): string {
  return `<path class="line" marker-end="url(#tip)" d="M${x} ${from}V${to}"/>`;
}

function elbow(from: number, to: number, top: number, bottom: number): string {
  return from === to
    ? arrow(from, top, bottom)
    : `<path class="line" marker-end="url(#tip)" d="M${from} ${top}V${top + 10}H${to}V${bottom}"/>`;
}
