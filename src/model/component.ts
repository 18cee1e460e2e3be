/** The parts that a file can hold models of. */

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

/** The part of the model that a tensor belongs to. `text` is the language model itself and everything that says nothing else. */
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
