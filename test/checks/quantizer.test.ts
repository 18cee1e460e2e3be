/**
 * The rules on labels against the output of llama.cpp's quantizer: 26 file types of 38 models, with the types of all tensors for three
 * models, and the number of tensors of each type for the others (fixtures/golden/sizes.json).
 */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TENSOR_ADVICE } from '../../src/checks/advice/tensors.js';
import { NO_SURROUNDINGS } from '../../src/checks/surroundings.js';
import { FILE_TYPES } from '../../src/formats/file-types.js';
import { tensorTypeByName } from '../../src/formats/tensor-types.js';
import { interpret, type Model, type ModelTensor } from '../../src/model/model.js';
import { read } from '../support/reading.js';
import { goldenOf, headerOf } from '../support/reference.js';

interface Quantized {
  types: Record<string, number>;
  fallbacks: number;
  tensors?: Record<string, string>;
}

const { models: golden } = goldenOf<{ models: Record<string, Record<string, Quantized | null>> }>('sizes.json');

/** Tensors that the quantizer does not quantize (llama.cpp, tensor_allows_quantization), as far as these models have them. */
const LEFT_ALONE =
  /_norm\.weight$|ffn_gate_inp\.weight$|ssm_conv1d|shortconv\.conv\.weight|^(position_embd|token_types)\.weight/;

/** The largest block that fits rows of this length. */
const largestBlock = ({ dimensions }: ModelTensor) => [256, 64, 32].find((block) => dimensions[0]! % block === 0) ?? 1;

/** The type of each tensor: as recorded, or assigned so that the counts agree and every row fits. */
function typesOf({ tensors }: Model, main: string, { types, tensors: given }: Quantized): Map<string, string> {
  if (given) return new Map(Object.entries(given).map(([name, type]) => [name, type.toUpperCase()]));
  const pool = Object.entries(types)
    .filter(([type]) => type !== 'f32')
    .flatMap(([type, count]) => Array<string>(count).fill(type.toUpperCase()))
    .sort((a, b) => tensorTypeByName(a)!.blockElements - tensorTypeByName(b)!.blockElements);
  const dealt = new Map<string, string>();
  const deal = (name: string, ...wanted: string[]) => {
    const type = wanted.find((type) => pool.includes(type));
    if (type !== undefined) dealt.set(name, pool.splice(pool.indexOf(type), 1)[0] as string);
  };
  const output = tensors.some(({ name }) => name === 'output.weight') ? 'output.weight' : 'token_embd.weight';
  deal(output, 'Q6_K', 'Q8_0');
  if (output === 'output.weight' && /^T?Q[12]_0$/.test(main)) deal('token_embd.weight', 'Q4_K', 'Q5_0');
  const rest = tensors
    .filter(({ name, dimensions }) => dimensions.length > 1 && name.endsWith('weight') && !LEFT_ALONE.test(name))
    .filter(({ name }) => !dealt.has(name))
    .sort((a, b) => largestBlock(a) - largestBlock(b));
  for (const [i, { name }] of rest.entries()) dealt.set(name, pool[i] ?? 'F32');
  return dealt;
}

function quantized(model: Model, id: number, types: ReadonlyMap<string, string>): Model {
  const tensors = model.tensors.map((tensor): ModelTensor => {
    const type = tensorTypeByName(types.get(tensor.name) ?? 'F32')!;
    const bytes = Math.ceil(tensor.elements / type.blockElements) * type.blockBytes;
    return { ...tensor, type, typeId: type.id, bytes };
  });
  const label = { key: 'general.file_type', type: 'u32', value: id, offset: 24, byteLength: 40 } as const;
  const metadata = [label, ...model.file.metadata.filter(({ key }) => key !== label.key)];
  return { ...model, file: { ...model.file, metadata }, tensors };
}

describe('files of the quantizer', () => {
  it.each(Object.keys(golden))('%s', (name) => {
    const model = interpret(read(readFileSync(headerOf(name))));
    const disagree: string[] = [];
    const fellBack: string[] = [];
    const reallyFellBack: string[] = [];
    for (const [label, result] of Object.entries(golden[name]!)) {
      if (result === null) continue;
      const { id, main } = FILE_TYPES.find((fileType) => fileType.name === label)!;
      const file = quantized(model, id, typesOf(model, main, result));
      const told = new Set(
        TENSOR_ADVICE.flatMap((rule) => rule.judge(file, NO_SURROUNDINGS).map(({ code }) => code as string)),
      );
      if (told.has('label-disagrees')) disagree.push(label);
      if (told.has('fallback-types')) fellBack.push(label);
      if (result.fallbacks > 0) reallyFellBack.push(label);
    }
    expect(disagree).toEqual([]);
    expect(fellBack).toEqual(reallyFellBack);
  });
});
