/**
 * The statistics of float32 numbers: the same as ../../tensor-data/values/plain-kernels.ts, computed four numbers at a time. A row with a NaN or
 * an infinity is processed again one number at a time; sound files have no such row.
 */

/** Where the running statistics lie: see the offsets in `collect`. */
export const STATE: usize = 64;
/** Two tables of 4,096 counts, for numbers at even and at odd places: so that equal neighbors do not wait for each other. */
export const BINS: usize = 128;
const TABLE: usize = 4096 << 2;
/** From here on memory is the program's. */
export const MEMORY_BASE: usize = BINS + 2 * TABLE;

/** Fields of the state, as offsets; the counts are whole numbers. */
const MINIMUM: usize = 0;
const MAXIMUM: usize = 4;
const ZEROS: usize = 8;
const NANS: usize = 12;
const INFINITIES: usize = 16;
const SUM: usize = 24;
const SQUARES: usize = 32;

const MAGNITUDE: i32 = 0x7fffffff;
const LARGEST_FINITE: i32 = 0x7f7fffff;

/**
 * Adds rows of numbers to the state, and stores the sum of squares of each: NaN or infinity for a row that has one.
 *
 * @param squares gets a double for each row
 */
export function collect(values: usize, rows: i32, length: i32, squares: usize): void {
  const bytes = (<usize>length) << 2;
  for (let row = 0; row < rows; row++, values += bytes, squares += 8) {
    store<f64>(squares, addRow(values, values + bytes));
  }
}

function addRow(from: usize, end: usize): f64 {
  const eights = from + ((end - from) & ~31);
  let zeros = i32x4.splat(0);
  let minimum = f32x4.splat(load<f32>(STATE, MINIMUM));
  let maximum = f32x4.splat(load<f32>(STATE, MAXIMUM));
  let sums = f64x2.splat(0);
  let squares1 = f64x2.splat(0);
  let squares2 = f64x2.splat(0);
  for (let at = from; at < eights; at += 32) {
    const first = v128.load(at);
    const second = v128.load(at, 16);
    zeros = v128.sub<i32>(zeros, v128.eq<f32>(first, f32x4.splat(0)));
    zeros = v128.sub<i32>(zeros, v128.eq<f32>(second, f32x4.splat(0)));
    minimum = v128.pmin<f32>(minimum, v128.pmin<f32>(first, second));
    maximum = v128.pmax<f32>(maximum, v128.pmax<f32>(first, second));
    const a = f64x2.promote_low_f32x4(first);
    const b = f64x2.promote_low_f32x4(v128.shuffle<u64>(first, first, 1, 0));
    const c = f64x2.promote_low_f32x4(second);
    const d = f64x2.promote_low_f32x4(v128.shuffle<u64>(second, second, 1, 0));
    // These inner sums do not depend on the result of the previous round.
    sums = v128.add<f64>(sums, v128.add<f64>(v128.add<f64>(a, b), v128.add<f64>(c, d)));
    squares1 = v128.add<f64>(squares1, v128.add<f64>(v128.mul<f64>(a, a), v128.mul<f64>(b, b)));
    squares2 = v128.add<f64>(squares2, v128.add<f64>(v128.mul<f64>(c, c), v128.mul<f64>(d, d)));
  }
  let sum = across(sums);
  let squares = across(v128.add<f64>(squares1, squares2));
  let count =
    i32x4.extract_lane(zeros, 0) +
    i32x4.extract_lane(zeros, 1) +
    i32x4.extract_lane(zeros, 2) +
    i32x4.extract_lane(zeros, 3);
  let least = smaller(
    smaller(f32x4.extract_lane(minimum, 0), f32x4.extract_lane(minimum, 1)),
    smaller(f32x4.extract_lane(minimum, 2), f32x4.extract_lane(minimum, 3)),
  );
  let most = larger(
    larger(f32x4.extract_lane(maximum, 0), f32x4.extract_lane(maximum, 1)),
    larger(f32x4.extract_lane(maximum, 2), f32x4.extract_lane(maximum, 3)),
  );
  for (let at = eights; at < end; at += 4) {
    const value = load<f32>(at);
    least = smaller(least, value);
    most = larger(most, value);
    if (value === 0) count++;
    sum += <f64>value;
    squares += <f64>value * <f64>value;
  }
  // The square of a finite number is finite as a double, and so is the sum of any row's.
  if (!(squares < Infinity)) return addSlowly(from, end);
  store<f32>(STATE, least, MINIMUM);
  store<f32>(STATE, most, MAXIMUM);
  store<i32>(STATE, load<i32>(STATE, ZEROS) + count, ZEROS);
  store<f64>(STATE, load<f64>(STATE, SUM) + sum, SUM);
  store<f64>(STATE, load<f64>(STATE, SQUARES) + squares, SQUARES);
  countMagnitudes(from, end);
  return squares;
}

function across(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

function smaller(a: f32, b: f32): f32 {
  return b < a ? b : a;
}

function larger(a: f32, b: f32): f32 {
  return b > a ? b : a;
}

/** Counts each number in the bin of its sign, its exponent and the first three bits of its fraction. */
function countMagnitudes(from: usize, end: usize): void {
  const fours = from + ((end - from) & ~15);
  for (let at = from; at < fours; at += 16) {
    const first = load<u64>(at);
    const second = load<u64>(at, 8);
    // A bin has four bytes, so its index times four is its offset.
    countOne((<usize>first >> 18) & 0x3ffc);
    countOne((<usize>(first >> 50) & 0x3ffc) + TABLE);
    countOne((<usize>second >> 18) & 0x3ffc);
    countOne((<usize>(second >> 50) & 0x3ffc) + TABLE);
  }
  for (let at = fours; at < end; at += 4) countOne((<usize>load<u32>(at) >> 18) & 0x3ffc);
}

function countOne(offset: usize): void {
  store<u32>(offset, load<u32>(offset, BINS) + 1, BINS);
}

/** The same for a row with NaNs or infinities, which are counted but excluded from everything else. */
function addSlowly(from: usize, end: usize): f64 {
  let sum: f64 = 0;
  let squares: f64 = 0;
  let all: f64 = 0;
  for (let at = from; at < end; at += 4) {
    const value = load<f32>(at);
    const magnitude = load<i32>(at) & MAGNITUDE;
    all += <f64>value * <f64>value;
    if (magnitude > LARGEST_FINITE) {
      const field = magnitude > 0x7f800000 ? NANS : INFINITIES;
      store<i32>(STATE + field, load<i32>(STATE + field) + 1);
      continue;
    }
    if (magnitude === 0) store<i32>(STATE, load<i32>(STATE, ZEROS) + 1, ZEROS);
    store<f32>(STATE, smaller(load<f32>(STATE, MINIMUM), value), MINIMUM);
    store<f32>(STATE, larger(load<f32>(STATE, MAXIMUM), value), MAXIMUM);
    sum += <f64>value;
    squares += <f64>value * <f64>value;
    countOne((<usize>load<u32>(at) >> 18) & 0x3ffc);
  }
  store<f64>(STATE, load<f64>(STATE, SUM) + sum, SUM);
  store<f64>(STATE, load<f64>(STATE, SQUARES) + squares, SQUARES);
  return all;
}
