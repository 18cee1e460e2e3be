import { describe, expect, it } from 'vitest';
import { classify } from '../../src/model/classify.js';
import { readForeignNames } from './tensor-roles.js';

/** Names whose words do not reveal their purpose. */
const UNTOLD = [
  'model.diffusion_model.input_blocks.0.0.weight',
  'model.diffusion_model.input_blocks.1.0.in_layers.2.weight',
  'model.diffusion_model.out.2.weight',
  'first_stage_model.decoder.mid.attn_1.q.weight',
  'blocks.3.cross_attn.k_img.weight',
  'head.head.weight',
  'proj_out.weight',
  'single_blocks.3.inner.linear1.weight',
  'double_blocks.0.linear1.weight',
  'model.layers.0.q.weight',
  'model.layers.0.mixer.in_proj.weight',
  'model.layers.0.mlp.gate.weight',
  'model.layers.0.mlp.1.weight',
  'model.layers.0.block_sparse_moe.experts.3.w1.weight',
  'model.layers.0.feed_forward.w2.weight',
  'model.layers.0.out_proj.weight',
  'rwkv.blocks.0.attention.key.weight',
  'layers.0.shared.weight',
  'my_score.weight',
  'queries.weight',
  `${'attn.'.repeat(20)}q_proj.weight`,
];

describe('names of other layouts', () => {
  it.each(readForeignNames())('$component: $role for $name', ({ component, role, of, name }) => {
    expect(classify(name)).toMatchObject({ component, role, of });
  });

  it.each(UNTOLD)('does not guess %s', (name) => {
    expect(classify(name).role).toBe('unknown');
  });

  it('finds the layer and the expert', () => {
    expect(classify('model.layers.7.mlp.experts.12.down_proj.weight')).toMatchObject({
      layer: 7,
      expert: 12,
      module: 'mlp.experts.{xid}.down_proj',
      pattern: 'model.layers.{}.mlp.experts.12.down_proj.weight',
      role: 'expert-down',
    });
    expect(classify('transformer.blocks.0.attn.qkv.weight').layer).toBe(0);
    expect(classify('visual.merger.mlp.0.weight').layer).toBeNull();
  });
});
