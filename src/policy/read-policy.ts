/** Reads a policy file: a bounded number of bytes, decoded to text, parsed as YAML or JSON, and validated with the schema. */

import { closeSync, openSync, readSync } from 'node:fs';
import { type ParsedYaml, parseYaml, YamlProblem } from './parse-yaml.js';
import { PolicyError } from './policy-error.js';
import { problemsOf } from './problems.js';
import { type Policy, PolicySchema, policyJsonSchema } from './schema.js';

/** A policy with a thousand demands has a few tens of kilobytes. */
const MOST_BYTES = 1024 * 1024;

/** Reads a policy. Throws PolicyError with the line and column of the fault. */
export function readPolicy(path: string): Policy {
  return parsePolicy(readText(path), path);
}

/** Parses the text of a policy; `path` is its name in errors. Throws like `readPolicy`. */
export function parsePolicy(text: string, path: string): Policy {
  const yaml = parse(text, path);
  const result = PolicySchema.safeParse(yaml.data, { reportInput: true });
  if (result.success) return result.data;
  throw new PolicyError('policy-invalid', path, problemsOf(result.error.issues, yaml, policyJsonSchema()));
}

function parse(text: string, path: string): ParsedYaml {
  try {
    return parseYaml(text);
  } catch (error) {
    if (error instanceof YamlProblem) throw new PolicyError('policy-syntax', path, error.problems);
    throw error;
  }
}

function readText(path: string): string {
  const bytes = readBytes(path);
  if (bytes.length > MOST_BYTES) {
    throw new PolicyError('policy-too-large', path, `a policy can have at most ${MOST_BYTES / 1024} KiB`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new PolicyError('policy-syntax', path, 'the policy is not UTF-8 text');
  }
}

/** Reads at most one byte more than allowed, because the length of pipes and devices is not known in advance. */
function readBytes(path: string): Buffer {
  try {
    // Standard input is already open; if it is a socket, it cannot be opened again.
    const standardInput = path === '-' || path === '/dev/stdin';
    const descriptor = standardInput ? 0 : openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(MOST_BYTES + 1);
      let length = 0;
      for (let read = -1; read !== 0 && length < bytes.length; length += read) {
        read = readSync(descriptor, bytes, length, bytes.length - length, null);
      }
      return bytes.subarray(0, length);
    } finally {
      if (!standardInput) closeSync(descriptor);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new PolicyError('policy-not-found', path, 'the policy file does not exist');
    }
    const reason = { EACCES: 'this user may not read it', EISDIR: 'it is a folder' }[code ?? ''] ?? code;
    throw new PolicyError('policy-unreadable', path, `the policy file cannot be read: ${reason}`);
  }
}
