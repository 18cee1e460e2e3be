/** A small registry of Ollama: manifests by name and tag, blobs that redirect to another host, refusals as registries write them. */

import { digestOf, type Layer } from './home.js';
import { type Answer, fileAnswer, type Loopback, serve } from './loopback.js';

export interface TestRegistry {
  registry: Loopback;
  /** The other host that serves the bytes. */
  storage: Loopback;
  env: Record<string, string>;
  close(): Promise<void>;
}

/** Models by `namespace/model:tag`: their layers, or a manifest to serve unchanged. Models under `private/` are refused. */
export async function startRegistry(
  models: Readonly<Record<string, readonly Layer[] | string>>,
): Promise<TestRegistry> {
  const blobs = new Map<string, Uint8Array>();
  for (const layers of Object.values(models)) {
    if (typeof layers !== 'string') for (const { bytes } of layers) blobs.set(digestOf(bytes), bytes);
  }
  const storage = await serve((request, response, before) => {
    const digest = decodeURIComponent(/^\/data\/([^?]+)\?X-Amz-Signature=/.exec(request.url ?? '')?.[1] ?? '');
    const bytes = blobs.get(digest);
    if (bytes === undefined) response.writeHead(403).end();
    else fileAnswer(bytes)(request, response, before);
  });
  const refuse = (response: Parameters<Answer>[1], status: number, code: string) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [{ code }] }));
  const registry = await serve((request, response) => {
    const [, name = '', kind, reference = ''] =
      /^\/v2\/([^/]+\/[^/]+)\/(manifests|blobs)\/([^/?]+)$/.exec(request.url ?? '') ?? [];
    if (name.startsWith('private/')) return void refuse(response, 401, 'UNAUTHORIZED');
    if (kind === 'blobs') {
      if (!blobs.has(reference)) return void refuse(response, 404, 'BLOB_UNKNOWN');
      const location = `${storage.named}/data/${encodeURIComponent(reference)}?X-Amz-Signature=s3cret`;
      return void response.writeHead(307, { location }).end();
    }
    const layers = models[`${name}:${reference}`];
    if (layers === undefined) return void refuse(response, 404, 'MANIFEST_UNKNOWN');
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(typeof layers === 'string' ? layers : manifestOf(layers));
  });
  return {
    registry,
    storage,
    env: { GGUF_EXPLAIN_OLLAMA_REGISTRY: registry.origin },
    close: async () => void (await Promise.all([registry.close(), storage.close()])),
  };
}

function manifestOf(layers: readonly Layer[]): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', digest: digestOf('{}'), size: 2 },
    layers: layers.map(({ kind, bytes }) => ({
      mediaType: `application/vnd.ollama.image.${kind}`,
      digest: digestOf(bytes),
      size: bytes.length,
    })),
  });
}
