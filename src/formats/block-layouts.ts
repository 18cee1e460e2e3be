/**
 * The fields of a block of each format, in the order of its bytes: what a block explained shows, which of them are scales, and which
 * are wider than a byte (and so swapped in a big-endian file). The files of the formats say how the packed ones are packed.
 * Facts of ggml (the structs of ggml-common.h).
 */

/** How one item of a field is stored: its bytes are the digits' eighth, but for `e8m0` and `ue4m3`, scales of one byte. */
export type FieldUnit = 'half' | 'float' | 'double' | 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'i64' | Code;
type Code = 'bf16' | 'e8m0' | 'ue4m3';

export const UNIT_BYTES: Readonly<Record<FieldUnit, number>> = {
  ...{ half: 2, bf16: 2, float: 4, double: 8, e8m0: 1, ue4m3: 1 },
  ...{ u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, i64: 8 },
};

export interface BlockField {
  name: string;
  unit: FieldUnit;
  /** Items, one after the other. */
  count: number;
  meaning: string;
  /** Whether the numbers of the block are multiplied by it, or it is taken off them. */
  role?: 'scale' | 'minimum';
}

const d: BlockField = { name: 'd', unit: 'half', count: 1, meaning: 'scale of the block', role: 'scale' };
const dOfScales: BlockField = { ...d, meaning: 'scale of the scales' };
const m: BlockField = { name: 'm', unit: 'half', count: 1, meaning: 'minimum, added to every number', role: 'minimum' };
const dmin: BlockField = { name: 'dmin', unit: 'half', count: 1, meaning: 'scale of the minimums', role: 'minimum' };
const packed = (name: string, count: number, meaning: string): BlockField => ({ name, unit: 'u8', count, meaning });
const one = (unit: FieldUnit): readonly BlockField[] => [{ name: 'x', unit, count: 1, meaning: 'the number itself' }];
const quants = (bits: number, count: number) =>
  packed('q', count, `quants, ${bits} ${bits === 1 ? 'bit' : 'bits'} each`);
const signed = (count: number): BlockField => ({ name: 'q', unit: 'i8', count, meaning: 'quants, signed bytes' });
const indices = (count: number) => packed('index', count, 'the lower 8 bits of indices into the codebook');
const signs = packed('signs', 32, 'one bit for each number: whether it is negative');
const scales4 = packed('s', 8, 'scales of groups of 16 numbers, 4 bits each');
const fifthBits: BlockField = { name: 'q high', unit: 'u32', count: 1, meaning: 'the fifth bit of each quant' };
const scalesAndMinimums = packed('s, m', 12, 'scales and minimums of 8 groups of 32 numbers, 6 bits each');

export const BLOCK_LAYOUTS: Readonly<Record<string, readonly BlockField[]>> = {
  F64: one('double'),
  F32: one('float'),
  F16: one('half'),
  BF16: one('bf16'),
  I8: one('i8'),
  I16: one('i16'),
  I32: one('i32'),
  I64: one('i64'),
  Q4_0: [d, quants(4, 16)],
  Q4_1: [d, m, quants(4, 16)],
  Q5_0: [d, fifthBits, packed('q', 16, 'the lower 4 bits of each quant')],
  Q5_1: [d, m, fifthBits, packed('q', 16, 'the lower 4 bits of each quant')],
  Q8_0: [d, signed(32)],
  Q8_1: [d, { name: 'sum', unit: 'half', count: 1, meaning: 'scale times the sum of the quants' }, signed(32)],
  Q2_K: [
    packed('s, m', 16, 'scale and minimum of each group of 16 numbers, 4 bits each'),
    quants(2, 64),
    dOfScales,
    dmin,
  ],
  Q3_K: [
    packed('q high', 32, 'the third bit of each quant'),
    packed('q', 64, 'the lower 2 bits of each quant'),
    packed('s', 12, 'scales of 16 groups of 16 numbers, 6 bits each'),
    dOfScales,
  ],
  Q4_K: [dOfScales, dmin, scalesAndMinimums, quants(4, 128)],
  Q5_K: [
    dOfScales,
    dmin,
    scalesAndMinimums,
    packed('q high', 32, 'the fifth bit of each quant'),
    packed('q', 128, 'the lower 4 bits of each quant'),
  ],
  Q6_K: [
    packed('q', 128, 'the lower 4 bits of each quant'),
    packed('q high', 64, 'the upper 2 bits of each quant'),
    { name: 's', unit: 'i8', count: 16, meaning: 'scales of 16 groups of 16 numbers, signed bytes' },
    dOfScales,
  ],
  Q8_K: [
    { ...d, unit: 'float' },
    signed(256),
    { name: 'sums', unit: 'i16', count: 16, meaning: 'the sums of 16 quants each' },
  ],
  IQ2_XXS: [
    dOfScales,
    {
      name: 'index, signs, s',
      unit: 'u32',
      count: 16,
      meaning: 'for 32 numbers: 4 indices, 4 × 7 signs, a scale of 4 bits',
    },
  ],
  IQ2_XS: [
    dOfScales,
    { name: 'index, signs', unit: 'u16', count: 32, meaning: 'for 8 numbers: an index of 9 bits and 7 signs' },
    scales4,
  ],
  IQ2_S: [dOfScales, indices(32), signs, packed('index high', 8, 'the upper 2 bits of the indices'), scales4],
  IQ3_XXS: [
    dOfScales,
    packed('index', 64, 'indices into the codebook'),
    { name: 'signs, s', unit: 'u32', count: 8, meaning: 'for 32 numbers: 4 × 7 signs and a scale of 4 bits' },
  ],
  IQ3_S: [
    dOfScales,
    indices(64),
    packed('index high', 8, 'the ninth bits of the indices'),
    signs,
    packed('s', 4, 'scales of groups of 32 numbers, 4 bits each'),
  ],
  IQ1_S: [
    dOfScales,
    indices(32),
    {
      name: 'index high, s, shift',
      unit: 'u16',
      count: 8,
      meaning: 'for 32 numbers: 4 × 3 bits, a scale of 3 bits, a sign',
    },
  ],
  IQ1_M: [
    indices(32),
    packed('index high, shift', 16, 'for 8 numbers: 3 upper bits of the index and a sign'),
    { name: 's, d', unit: 'u16', count: 4, meaning: 'for 64 numbers: 4 scales of 3 bits; on top 4 bits of d, a half' },
  ],
  IQ4_NL: [d, quants(4, 16)],
  IQ4_XS: [
    dOfScales,
    { name: 's high', unit: 'u16', count: 1, meaning: 'the upper 2 bits of 8 scales' },
    packed('s', 4, 'the lower 4 bits of 8 scales'),
    quants(4, 128),
  ],
  TQ1_0: [
    packed('q', 48, 'five quants in a byte, in base 3'),
    packed('q last', 4, 'four quants in a byte, in base 3'),
    d,
  ],
  TQ2_0: [quants(2, 64), d],
  MXFP4: [{ ...d, unit: 'e8m0' }, quants(4, 16)],
  NVFP4: [{ ...d, unit: 'ue4m3', count: 4, meaning: 'scales of 4 groups of 16 numbers' }, quants(4, 32)],
  Q1_0: [d, quants(1, 16)],
  Q2_0: [d, quants(2, 16)],
};
