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
  /** A few words on what the box does; empty if the title says it all. */
  does: string;
  /** Facts with the numbers of this model. */
  facts: string[];
  /** Rows of equal tensors, in the order in which a token meets them; empty if the box stores nothing. */
  tensors: FoldedTensor[];
}

/** One part of a layer, such as attention. */
export interface Stage {
  /** Boxes one after another, before the lanes split. */
  before: Box[];
  /** Lanes side by side; all of them read the same vector. */
  lanes: Box[][];
  /** Boxes that work on the sum of the lanes. */
  join: Box[];
  /** Whether the result is added to the vector that entered the stage (the residual stream). */
  add: boolean;
  /** Boxes after the addition. */
  after: Box[];
}

/** All layers of one kind. */
export interface LayerGroup extends Sums {
  step: 'layers';
  id: string;
  title: string;
  /** What distinguishes these layers from the others; empty if all layers are alike. */
  says: string;
  layers: LayerRanges;
  /** Number of layers. */
  repeat: number;
  stages: Stage[];
}

export type Step = { step: 'box'; box: Box } | LayerGroup;

/** One flow from an input to a result. */
export interface Part extends Sums {
  /** The key of its words: `text`, `encoder`, `vision`, `not-known` … */
  part: string;
  title: string;
  /** Length of the vector that travels through the layers; null if there is none, or if it is not known. */
  width: number | null;
  /** Whether layers of different kinds alternate: then each kind is shown once. */
  alternating: boolean;
  steps: Step[];
}
