/** The numbers for lessons, from the header of a model. Numbers that the model does not have are left out. */

import { isComputed } from '../architectures/book.js';
import { layerTraits } from '../flow/layer-slots.js';
import { metadataValue } from '../gguf/decode.js';
import { multiplyAddsPerToken } from '../memory/multiply-adds.js';
import { activeParameters } from '../model/experts.js';
import { stringOrNull } from '../model/hyperparameters.js';
import type { Model, ModelTensor } from '../model/model.js';
import { outputOf } from '../model/output-kind.js';
import { tokenTable } from '../model/token-table.js';
import { sumTotals } from '../model/totals.js';
import { baseName } from '../words/base-name.js';
import { formatBits, formatInteger } from '../words/format-quantity.js';
import { shorten } from '../words/shorten.js';
import { contextParts } from './context-parts.js';
import { blockMatrix, exampleMatrix, type LessonSample } from './lesson-subjects.js';

export type LessonNumbers = Record<string, number | string>;

const MOST_OF_A_NAME = 60;
/** Tokens of context in examples, unless the model was trained for fewer. */
const EXAMPLE_CONTEXT = 4096;

/** `name` is the model as the user types it. */
export function lessonNumbers(name: string, model: Model, sample: LessonSample): LessonNumbers {
  const said = stringOrNull(metadataValue(model.file, 'general.name'));
  const numbers: LessonNumbers = {
    model: name,
    modelName: shorten(said ?? baseName(name), MOST_OF_A_NAME),
  };
  for (const part of [layers, totals, example, table, roles, attention, context, block]) {
    for (const [key, value] of Object.entries(part(model, sample)))
      if (value !== undefined && usable(value)) numbers[key] = value;
  }
  const { architecture } = model.hyperparameters;
  const computable = sample.row !== undefined && isComputed(architecture);
  const byText = typeof sample.token?.piece === 'string';
  if (computable) numbers[byText ? 'traceable' : 'traceableById'] = name;
  // What keeps a state has no attention that two prompts could be compared by.
  if (computable && numbers.attendingLayers !== undefined) numbers[byText ? 'attended' : 'attendedById'] = name;
  return numbers;
}

type Part = Record<string, number | string | undefined>;

const usable = (value: number | string) => typeof value === 'string' || Number.isSafeInteger(value);

function layers({ hyperparameters }: Model): Part {
  return { layers: hyperparameters.blockCount ?? undefined };
}

function totals(model: Model): Part {
  const { tensors, parameters, bytes, bitsPerWeight } = sumTotals(model.tensors);
  const vocabulary = tokenTable(model)?.dimensions[1] ?? model.hyperparameters.vocabulary?.size;
  const multiplyAdds = model.tensors.reduce(
    (sum, one) => sum + (multiplyAddsPerToken(one, model.hyperparameters) ?? 0),
    0,
  );
  if (tensors === 0) return { vocabulary };
  return {
    ...{ tensors, parameters, bytes, vocabulary, plainBytes: parameters * 4 },
    ...(bitsPerWeight === null ? {} : { bits: formatBits(bitsPerWeight) }),
    ...(vocabulary === undefined ? {} : { pairs: vocabulary ** 2, triples: `${formatInteger(vocabulary)}³` }),
    ...(multiplyAdds > 0 ? { multiplyAdds } : {}),
  };
}

function example(model: Model): Part {
  const matrix = exampleMatrix(model);
  if (matrix === undefined) return {};
  return {
    example: matrix.name,
    exampleElements: matrix.elements,
    exampleIn: matrix.shape.in?.size,
    exampleOut: matrix.shape.out?.size,
    exampleBytes: matrix.bytes ?? undefined,
    exampleMultiplyAdds: multiplyAddsPerToken(matrix, model.hyperparameters) ?? undefined,
  };
}

function table(model: Model, { token }: LessonSample): Part {
  const embedding = tokenTable(model);
  const [width, rows] = embedding?.dimensions ?? [];
  if (embedding === undefined || width === undefined || !rows) {
    return { width: model.hyperparameters.embeddingLength ?? undefined };
  }
  return {
    table: embedding.name,
    ...{ width, rows, otherRows: rows - 1, token: token?.id },
    piece: token?.piece ? ` (${token.piece})` : '',
    rowBytes: embedding.bytes === null ? undefined : Math.round(embedding.bytes / rows),
    tiedRows: outputOf(model).kind === 'tied' ? rows : undefined,
  };
}

function roles(model: Model): Part {
  const { byRole, byGroup, bytes } = sumTotals(model.tensors);
  const group = (name: string) => byGroup.get(name)?.bytes;
  const share = (part: number | undefined) => (part === undefined || bytes === 0 ? undefined : percent(part / bytes));
  const network = (group('feed-forward') ?? 0) + (group('experts') ?? 0) || undefined;
  const experts = activeParameters(model);
  return {
    roles: byRole.size,
    ...{ attention: group('attention'), attentionShare: share(group('attention')) },
    ...{ network, networkShare: share(network) },
    ...{ recurrent: group('recurrent'), recurrentShare: share(group('recurrent')) },
    small: (group('normalization') ?? 0) + (group('bias') ?? 0) || undefined,
    ...(experts === null ? {} : { experts: experts.expertCount, expertsUsed: experts.expertUsedCount }),
  };
}

function attention(model: Model): Part {
  const text = model.tensors.filter(({ classified }) =>
    ['text', 'decoder', 'encoder', 'vision'].includes(classified.component),
  );
  const layers = new Map<number, ModelTensor[]>();
  for (const tensor of text) {
    const { layer } = tensor.classified;
    if (layer !== null) layers.set(layer, [...(layers.get(layer) ?? []), tensor]);
  }
  const attending = [...layers].filter(([, tensors]) => layerTraits(tensors).attends);
  const { headCount, keyLength } = model.hyperparameters;
  const scores =
    typeof headCount === 'number' && headCount > 0 && attending.length > 0
      ? { heads: headCount, attendingLayers: attending.length, scores: attending.length * headCount * 100 ** 2 }
      : {};
  for (const [layer, tensors] of attending) {
    const of = (role: string) => tensors.find(({ classified }) => classified.role === role);
    const [query, key, value, output] = ['query', 'key', 'value', 'output'].map((word) => of(`attention-${word}`));
    const heads = query?.shape.out?.heads;
    const headsKv = key?.shape.out?.heads;
    if (!query || !key || !value || !output || !heads || !headsKv) continue;
    const headLength = (query.shape.out?.size ?? 0) / heads;
    // A matrix that also holds a gate for each query has two kinds of rows.
    if (keyLength !== null && headLength !== keyLength) continue;
    const bytes = [query, key, value, output].map((tensor) => tensor.bytes ?? Number.NaN) as [
      number,
      number,
      number,
      number,
    ];
    return {
      ...scores,
      ...{
        layer,
        heads,
        headsKv,
        headLength,
        width: query.shape.in?.size,
        query: query.name,
        key: key.name,
        value: value.name,
      },
      root: Math.sqrt(headLength).toFixed(2),
      sharing: heads > headsKv && heads % headsKv === 0 ? heads / headsKv : undefined,
      headBytes: Math.round((bytes[0] + bytes[3]) / heads + (bytes[1] + bytes[2]) / headsKv),
    };
  }
  return scores;
}

function context(model: Model): Part {
  const { contextLength } = model.hyperparameters;
  const { bytes } = sumTotals(model.tensors);
  if (!contextLength || !Number.isSafeInteger(contextLength)) return {};
  const length = Math.min(EXAMPLE_CONTEXT, contextLength);
  const kept = contextParts(model, [length]).reduce((sum, part) => sum + (part.contexts[0]?.bytes ?? 0), 0);
  return kept === 0 || bytes === 0 ? {} : { context: length, kept, keptShare: percent(kept / bytes) };
}

function block(model: Model): Part {
  const tensor = blockMatrix(model);
  if (!tensor?.type) return {};
  const { name: blockType, blockElements, blockBytes } = tensor.type;
  return { blockTensor: tensor.name, blockType, blockElements, blockBytes };
}

/** `62 %`; small parts are shown with one significant digit. */
function percent(share: number): string {
  const value = share * 100;
  return `${value >= 10 ? value.toFixed(0) : value.toPrecision(2)} %`;
}
