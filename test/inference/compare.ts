/**
 * Compares the computation with llama.cpp's numbers, model by model, and prints the differences: `npx tsx test/inference/compare.ts FOLDER
 * [NAME …]`, where FOLDER has models/*.gguf and golden/NAME-1.json (or both side by side).
 */

import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ExplainedError } from '../../src/explained-error.js';
import { compareModel, readGolden } from './compare-model.js';

const say = (line: string) => process.stdout.write(`${line}\n`);

const [folder = '.', ...names] = process.argv.slice(2);
const part = (name: string) => (existsSync(join(folder, name)) ? join(folder, name) : folder);
const golden = readdirSync(part('golden')).filter((name) => name.endsWith('.json'));
let equal = 0;
for (const name of golden) {
  const model = basename(name, '.json').replace(/-\d+$/, '');
  if (names.length > 0 && !names.some((one) => model.startsWith(one))) continue;
  const wanted = readGolden(join(part('golden'), name));
  try {
    const { share, result, output, experts, layers } = await compareModel(
      join(part('models'), `${model}.gguf`),
      wanted,
    );
    // The numbers in the file have six digits.
    const most = Math.abs(wanted.top[0]?.logit ?? 0);
    const good = share < 2e-5 && result < Math.max(2e-4, 1e-5 * most) && experts.length === 0;
    if (good) equal += 1;
    const figures = `attention ${share.toExponential(1)}, ${wanted.embeddings ? 'vectors' : 'logits'} ${result.toExponential(1)}, outputs ${output.toExponential(1)}`;
    const others = experts.length === 0 ? '' : `, other experts in layers ${experts.join(', ')}`;
    say(
      `${good ? 'equal' : 'APART'} ${model}: ${figures}${others}${good ? '' : layers.map((line) => `\n   ${line}`).join('')}`,
    );
  } catch (error) {
    say(`FAILS ${model}: ${error instanceof ExplainedError ? error.message : (error as Error).stack}`);
  }
}
say(`${equal} equal`);
