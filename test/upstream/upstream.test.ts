/** The output of `npm run upstream` for a source tree: here one with a few rows in the form of llama.cpp's tables. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../cli/run.js';
import { compareWith } from './compare.js';
import { readSources } from './read-sources.js';

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FILES: Readonly<Record<string, string>> = {
  'src/llama-arch.cpp': `
    { LLM_ARCH_LLAMA, "llama" }, { LLM_ARCH_HERON, "heron" }, { LLM_ARCH_UNKNOWN, "(unknown)" },
    { LLM_KV_BLOCK_COUNT, "%s.block_count" }, { LLM_KV_WINGS, "%s.wings" }, { LLM_KV_RMS, "%s.attention.layer_norm_rms_epsilon" },
    { LLM_TENSOR_ATTN_Q, "blk.%d.attn_q" }, { LLM_TENSOR_ATTN_WING, "blk.%d.attn_wing" },`,
  'src/llama-model.cpp': `
    case LLM_ARCH_LLAMA:
        return new llama_model_llama(params);
    case LLM_ARCH_HERON:
        return new llama_model_heron(params);`,
  'src/models/models.h': 'struct llama_model_heron : public llama_model_llama {',
  'src/models/llama.cpp': `
    void llama_model_llama::load_arch_hparams(llama_model_loader & ml) {
        ml.get_key(LLM_KV_RMS, hparams.eps);
        ml.get_key(LLM_KV_WINGS, hparams.wings); // in any case
        ml.get_key(LLM_KV_BLOCK_COUNT, hparams.n, /* required */ false);
        if (hparams.wings > 2) { ml.get_key(LLM_KV_BLOCK_COUNT, hparams.n); }
    }`,
  'src/llama-vocab.cpp':
    'if (tokenizer_model == "gpt2" || tokenizer_model == "birdsong") {} if (tokenizer_pre == "heron") {}',
  'src/llama-hparams.h': '#define LLAMA_MAX_LAYERS 1024',
  'src/llama-cparams.h': '#define LLAMA_MAX_SEQ 256',
  'include/llama.h': 'LLAMA_FTYPE_MOSTLY_Q4_K_M = 16, LLAMA_FTYPE_MOSTLY_Q9_K = 60,',
  'ggml/include/ggml.h':
    'GGML_TYPE_F32 = 0, // GGML_TYPE_Q4_2 = 4\n GGML_TYPE_Q9_K = 43, GGML_TYPE_COUNT = 44,\n#define GGML_MAX_DIMS 4',
  'ggml/include/gguf.h': '#define GGUF_VERSION 4',
  'ggml/src/gguf.cpp': '#define GGUF_MAX_STRING_LENGTH (1024*1024*1024)',
  'tools/mtmd/clip-impl.h': '{ PROJECTOR_TYPE_MLP, "mlp" }, { PROJECTOR_TYPE_HERON, "heron_eye" },',
};

for (const [path, text] of Object.entries(FILES)) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const found = Object.fromEntries(compareWith(readSources(folder)).map((difference) => [difference.what, difference]));

describe('a newer source tree', () => {
  it.each([
    ['architectures', ['heron']],
    ['tensor names', ['blk.{}.attn_wing']],
    ['metadata keys', ['{arch}.wings']],
    ['ggml types', ['Q9_K']],
    ['file types', ['Q9_K']],
    ['tokenizers', ['birdsong']],
    ['pre-tokenizers', ['heron']],
    ['projector types', ['heron_eye']],
    ['keys that loaders demand', ['llama: wings']],
  ])('has new %s', (what, fresh) => {
    expect(found[what]?.fresh).toEqual(fresh);
  });

  it('has changed ids and limits', () => {
    expect(found['file types']?.changed).toEqual(['Q4_K_M: 15 → 16']);
    expect(found.limits?.changed).toEqual(['GGUF_VERSION: 3 → 4', 'LLAMA_MAX_LAYERS: 512 → 1024']);
  });

  it('lists what is gone', () => {
    expect(found.architectures?.gone).toContain('qwen3');
    expect(found['ggml types']?.gone).toContain('Q4_K');
    expect(found['projector types']?.gone).toContain('gemma3');
  });

  it('is reported line by line', () => {
    const run = (path: string) =>
      execFileSync('npx', ['tsx', 'test/upstream/run.ts', path], {
        cwd: PROJECT_FOLDER,
        encoding: 'utf8',
        stdio: 'pipe',
      });
    expect(run(folder)).toMatch(/architectures: 2 {2}\(src\/architectures\/\)\n {2}new {6}heron\n {2}gone {5}afmoe\n/);
    expect(() => run(join(folder, 'src'))).toThrow('is no source tree of llama.cpp');
  });
});
