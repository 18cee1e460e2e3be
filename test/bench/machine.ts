/**
 * The machine that a result comes from: the facts that explain its figures, and nothing that identifies the machine or its owner. Covers no
 * part of the GGUF specification.
 */

import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';

interface Machine {
  cpu: string;
  cores: number;
  memoryGiB: number;
  os: string;
  node: string;
}

/** Describes the machine that this process runs on. */
export function thisMachine(): Machine {
  const version = release().split('.').slice(0, 2).join('.');
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown CPU',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${version} ${arch()}`,
    node: process.versions.node,
  };
}

/** The machine as one line of text. */
export function machineLine({ cpu, cores, memoryGiB, os, node }: Machine): string {
  return `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${memoryGiB} GiB, ${os}, Node ${node}`;
}

/** The machine as a part of a file name: lower-case letters, digits, dots and hyphens. */
export function machineSlug({ cpu, cores, node }: Machine): string {
  return `${cpu} ${cores} cores node ${node}`
    .toLowerCase()
    .replace(/\(r\)|\(tm\)|@/g, ' ')
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^-|-$/g, '');
}
