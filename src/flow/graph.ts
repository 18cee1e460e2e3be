/**
 * The graph of a model: how a token, a picture or a sound travels through it. A part is one flow from an input to a result; its steps are
 * boxes and groups of equal layers; the stages of a layer are boxes in lanes. Every tensor of the model is in exactly one box.
 */

import type { FoldedTensor, LayerRanges } from '../model/fold.js';
import type { FlowBoxKind } from '../words/flow-words.js';

/** Sums over the tensors of a box, of layers or of a part. */
export interface Sums {
  parameters: number;
  bytes: number;
}

export interface Box extends Sums {
  /** Unique in the graph. */
  id: string;
  kind: FlowBoxKind;
  title: string;
  /** In a few words; empty where the title says all. */
  does: string;
  /** With the model's own numbers. */
  facts: string[];
  /** Rows of equal tensors, in the order in which a token meets them; none where nothing is stored for the box. */
  tensors: FoldedTensor[];
}

/** A part of a layer. */
export interface Stage {
  /** One after another, before the lanes part. */
  before: Box[];
  /** Side by side; all of them read the same vector. */
  lanes: Box[][];
  /** On the sum of the lanes. */
  join: Box[];
  /** Whether the result is added to the vector that came in (the residual stream). */
  add: boolean;
  /** After the addition. */
  after: Box[];
}

/** Layers of one kind. */
export interface LayerGroup extends Sums {
  step: 'layers';
  id: string;
  title: string;
  /** What tells these layers from the others; empty where there are no others. */
  says: string;
  layers: LayerRanges;
  /** How many layers. */
  repeat: number;
  stages: Stage[];
}

export type Step = { step: 'box'; box: Box } | LayerGroup;

/** One flow from an input to a result. */
export interface Part extends Sums {
  /** `text`, `encoder`, `vision`, `not-known` …: the key of its words. */
  part: string;
  title: string;
  /** Length of the vector that travels through the layers; null where there is none, or it is not known. */
  width: number | null;
  /** Whether layers of different kinds alternate: each kind is shown once. */
  alternating: boolean;
  steps: Step[];
}
