/** Advice: what is worth knowing of a file that loads and runs. */

import type { FindingWords } from './finding-words.js';

export const ADVICE_FINDINGS = {
  // The words of the file.
  'control-characters': {
    level: 'warning',
    says: '{count, text} with control characters, the first in {what}: a terminal obeys them',
    hint: 'print strings of this file only through a program that escapes them, as this one does',
  },
  'hidden-characters': {
    level: 'advice',
    says: '{count, text} with characters that nobody sees, the first in {what}: {kinds}',
    hint: 'texts that look alike may differ; remove the characters or write them as what they are',
  },

  // Chat templates.
  'template-hidden-characters': {
    level: 'warning',
    says: 'the chat template hides {amount} ({kinds}), the first {character} in line {line}',
    hint: 'they reach the model and are not seen in a review; compare the template with that of the original model',
  },
  'template-reach': {
    level: 'warning',
    says: 'the chat template reaches beyond its messages: {constructs}, first in line {line}',
    hint: 'an engine without a sandbox may run code of the file; use the template of the original model',
  },
  'template-unparsable': {
    level: 'warning',
    says: 'the chat template cannot be parsed: {fault} in line {line}',
    hint: 'programs fall back to another template or refuse to chat; use the template of the original model',
  },
  'template-trigger': {
    level: 'advice',
    says: 'the chat template looks for {words} in a message and then gives an address or asks to go to one, first in line {line}',
    hint: 'a poisoned template works like this; compare it with that of the original model',
  },
  'template-network': {
    level: 'advice',
    says: 'the chat template tells the model of addresses or commands: {found}, first in line {line}',
    hint: 'compare it with the template of the original model',
  },
  'template-encoded-data': {
    level: 'advice',
    says: 'the chat template holds {length, character} of encoded data in line {line}, beginning with {begins}',
    hint: 'decode it, or compare the template with that of the original model',
  },
  'template-unknown-functions': {
    level: 'advice',
    says: 'the chat template calls functions that neither it nor llama.cpp defines: {functions}, first in line {line}',
    hint: 'the conversation fails where they are called, unless the program brings them along',
  },
  'template-too-long': {
    level: 'warning',
    says: 'the chat template has {size, bytes}; only its first {judged, bytes} were judged',
    hint: 'read the rest: gguf-explain metadata MODEL tokenizer.chat_template',
  },
  'text-not-checked': {
    level: 'warning',
    says: 'the file has more text than the rules read: {count, text} not checked to the end, the first is {what}',
    hint: 'do not take the file for clean; read the rest (gguf-explain metadata MODEL KEY) or compare it with the original model',
  },
  'several-templates': {
    level: 'advice',
    says: '{count, template} for conversations: {keys}; which one is used depends on the program',
  },

  // What is there, and what it is called.
  'unknown-keys': {
    level: 'advice',
    says: '{count, key} that llama.cpp does not know for this architecture: {examples}',
    hint: 'misspelled, or newer than the known ones; nothing reads them',
  },
  'unknown-tensor-names': {
    level: 'advice',
    says: '{count, tensor} with names that no known architecture uses, such as {example}',
  },
  'label-disagrees': {
    level: 'advice',
    says: 'labeled {label}, but most of its matrix bytes are {actual} ({share} %)',
    hint: 'go by the mix of types that is really there',
  },
  'fallback-types': {
    level: 'advice',
    says: '{count, tensor} fell back to {types}: rows of {row} are no multiple of {block}, the block of {main}',
    hint: 'the file is larger than its label suggests',
  },
  'missing-imatrix': {
    level: 'advice',
    says: '{count, tensor} of {types}, and no importance matrix is named',
    hint: 'with so few bits a model is hardly usable without one; take a file that names its own (quantize.imatrix.*)',
  },
  'file-name-encoding': {
    level: 'advice',
    says: 'the name {name} says {named}, the label in the file {label}',
    hint: 'name the file after what is in it',
  },
  'file-name-size': {
    level: 'advice',
    says: 'the name {name} says {size}, the tensors have {counted, parameter}',
    hint: 'name the file after what is in it',
  },

  // What people will look for.
  'missing-name': {
    level: 'advice',
    says: 'no general.name: once the file is renamed nothing says which model it is',
  },
  'missing-license': {
    level: 'advice',
    says: 'no general.license: under which license the model is, is not said',
    hint: 'look it up where the model was published, and convert with it',
  },
  'missing-chat-template': {
    level: 'advice',
    says: 'no chat template, though the model is one for conversations ({sign})',
    hint: 'programs guess a format, and a wrong one makes answers worse; give them the template of the original model',
  },
  'file-name-unconventional': {
    level: 'advice',
    says: 'the name {name} does not follow the naming convention: {why}',
    hint: 'such as Llama-3-8B-Instruct-v1.0-Q4_K_M.gguf: base, size, fine-tune, version, encoding',
  },
} as const satisfies Record<string, FindingWords>;
