/** From a policy file to a policy: bytes of bounded number, text, YAML or JSON, and the shape that the schema demands. */

import { closeSync, openSync, readSync } from 'node:fs';
import { type ParsedYaml, parseYaml, YamlProblem } from './parse-yaml.js';
import { PolicyError } from './policy-error.js';
import { problemsOf } from './problems.js';
import { type Policy, PolicySchema, policyJsonSchema } from './schema.js';

/** A policy of a thousand demands has some tens of kilobytes. */
const MOST_BYTES = 1024 * 1024;

/** Reads a policy. Throws PolicyError with the line and the column of what is wrong. */
export function readPolicy(path: string): Policy {
  return parsePolicy(readText(path), path);
}

/** The policy that a text says; `path` is what errors call it. Throws as `readPolicy` does. */
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
    throw new PolicyError('policy-too-large', path, `a policy has at most ${MOST_BYTES / 1024} KiB`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new PolicyError('policy-syntax', path, 'the policy is not UTF-8 text');
  }
}

/** One byte more than allowed at most: pipes and devices do not say how long they are. */
function readBytes(path: string): Buffer {
  try {
    // Standard input is open already; where it is a socket it cannot be opened a second time.
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
