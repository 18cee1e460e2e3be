/** The report of `flow`: the graph of the model, with its tensors as rows of the report. */

import { isComputed } from '../architectures/book.js';
import type { Box, LayerGroup, Part, Stage } from '../flow/graph.js';
import { flowParts } from '../flow/parts.js';
import type { Model } from '../model/model.js';
import { modelEntry } from './explain-report.js';
import { fileEntry } from './file-entry.js';
import type { FlowBox, FlowLayers, FlowPart, FlowReport, FlowStage } from './flow-schema.js';
import { foldedEntry } from './tensor-entry.js';

/** `name` is the input as the user typed it. */
export function flowReport(name: string, model: Model): FlowReport {
  const parts = flowPartEntries(model);
  const whole = parts.some(
    ({ part, steps: [first] }) => part === 'text' && first?.step === 'box' && first.box.kind === 'input',
  );
  const traced = whole && hasData(model) && isComputed(model.hyperparameters.architecture);
  return {
    schemaVersion: 1,
    file: fileEntry(name, model.file),
    model: modelEntry(model),
    traced,
    parts,
  };
}

/** An entry for each flow of the model; none for a file without tensors. */
export function flowPartEntries(model: Model): FlowPart[] {
  return flowParts(model).map(partEntry);
}

/** Whether the file contains the data of all tensors. A header is enough to draw the flow, but not to compute it. */
function hasData({ file, tensors }: Model): boolean {
  const { size } = file;
  return size === undefined || tensors.every(({ fileOffset, bytes }) => fileOffset + (bytes ?? 0) <= size);
}

function partEntry(part: Part): FlowPart {
  const steps = part.steps.map((step) =>
    step.step === 'layers' ? layersEntry(step) : { step: step.step, box: boxEntry(step.box) },
  );
  return { ...part, steps };
}

function layersEntry(group: LayerGroup): FlowLayers {
  return { ...group, stages: group.stages.map(stageEntry) };
}

function stageEntry({ before, lanes, join, add, after }: Stage): FlowStage {
  return {
    before: before.map(boxEntry),
    lanes: lanes.map((lane) => lane.map(boxEntry)),
    join: join.map(boxEntry),
    add,
    after: after.map(boxEntry),
  };
}

function boxEntry(box: Box): FlowBox {
  return { ...box, tensors: box.tensors.map(foldedEntry) };
}
