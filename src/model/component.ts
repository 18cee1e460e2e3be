/** The parts of a model that a file can contain. */

export const COMPONENTS: readonly string[] = [
  'text',
  'encoder',
  'decoder',
  'vision',
  'audio',
  'audio-generator',
  'vocoder',
  'projector',
  'diffusion',
  'autoencoder',
] satisfies Component[];

/** The part of the model that a tensor belongs to. `text` is the language model itself and everything that does not name another part. */
export type Component =
  | 'text'
  | 'encoder'
  | 'decoder'
  | 'vision'
  | 'audio'
  | 'audio-generator'
  | 'vocoder'
  | 'projector'
  | 'diffusion'
  | 'autoencoder';
