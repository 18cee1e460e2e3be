/** Runs the built program beside servers in this process, which must be able to answer while it runs. */

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outcome, PROGRAM, PROJECT_FOLDER, plainEnvironment } from '../cli/run.js';
import type { Certificate } from './loopback.js';
import { FIXTURES_FOLDER } from './places.js';

/** The model that most tests serve. */
export const MODEL_PATH = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
export const MODEL = readFileSync(MODEL_PATH);

export interface Timed extends Outcome {
  milliseconds: number;
}

/** The variables that affect how servers are reached. */
const ROUTING =
  /^(?:https?_proxy|all_proxy|no_proxy|HF_\w+|HUGGING_?FACE\w*|MODELSCOPE\w*|XDG_CACHE_HOME|NODE_EXTRA_CA_CERTS)$/i;

/** Without the token and the cache of the user who runs the tests, and with short waits between attempts. */
const PLAIN = { HF_HOME: join(FIXTURES_FOLDER, 'none'), GGUF_EXPLAIN_HTTP_WAIT: '0.01' };

/** Runs the program and waits for it. */
export function runBeside(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Timed> {
  const kept = Object.entries(plainEnvironment()).filter(([name]) => !ROUTING.test(name));
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: PROJECT_FOLDER,
      env: { ...Object.fromEntries(kept), ...PLAIN, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const milliseconds = performance.now() - start;
      const [out, err] = [stdout, stderr].map((chunks) => Buffer.concat(chunks).toString('utf8')) as [string, string];
      resolve({ stdout: out, stderr: err, code, milliseconds });
    });
  });
}

/** A self-made certificate for this machine's names; undefined where there is no `openssl` to make one. */
export function makeCertificate(): (Certificate & { path: string; remove: () => void }) | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-certificate-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const [key, path] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  try {
    execFileSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', path], { stdio: 'ignore' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(path, 'utf8'), path, remove };
  } catch {
    remove();
    return undefined;
  }
}
