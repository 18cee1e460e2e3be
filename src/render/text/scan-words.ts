/** How far the scan of all numbers got, in words. */

import type { ScanSummary } from '../../report/values-schema.js';
import { formatBytes, formatCount, formatInteger } from '../../words/format-quantity.js';

export function scanWords({ complete, tensors, scanned, bytes, sampled }: ScanSummary): string {
  if (sampled !== undefined) {
    return `only samples of the numbers were read (${formatBytes(bytes)}); check --data reads all of them`;
  }
  if (!complete) {
    return `stopped early: the numbers of only ${formatInteger(scanned)} of ${formatCount(tensors, 'tensor')} were read (${formatBytes(bytes)})`;
  }
  if (scanned === tensors)
    return `the numbers of all ${formatCount(tensors, 'tensor')} were read (${formatBytes(bytes)})`;
  return `the numbers of ${formatInteger(scanned)} of ${formatCount(tensors, 'tensor')} were read (${formatBytes(bytes)})`;
}
