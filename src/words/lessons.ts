/**
 * The lessons of `learn`, in the order in which they build on each other. Their text is plain; a name in braces stands for a number of the
 * model that it is read with: `{rows}` an integer, `{size|bytes}` bytes, `{all|parameters}` a large count, `{name}` a word.
 * report/lesson-report.ts fills them in.
 */

/** Words that need numbers of the model. Where it lacks one of them `otherwise` is said instead, or nothing. */
export interface LessonText {
  text: string;
  otherwise?: string;
}

/** The words of a command to try, with names as in the text. The first command that the model has all names for is shown. */
export type LessonCommand = readonly string[];

export interface Lesson {
  /** What is typed: `gguf-explain learn lens`. */
  id: string;
  title: string;
  /** In a few words, for the list of lessons. */
  about: string;
  paragraphs: readonly LessonText[];
  /** Between the paragraphs and the command: what the numbers below are. */
  figure?: LessonText;
  commands: readonly LessonCommand[];
}

export const LESSONS: readonly Lesson[] = [
  {
    id: 'weights',
    title: 'What weights are, and what they are not',
    about: 'learned matrices that transform vectors, no links between words',
    paragraphs: [
      {
        text: 'Weights are learned matrices that transform vectors. Training found their numbers; after that they never change, whatever text the model reads. {modelName} has {parameters|parameters} such numbers in {tensors} tensors, {bytes|bytes} in all.',
        otherwise: 'Weights are learned matrices that transform vectors. {modelName} holds none: it has no tensors.',
      },
      {
        text: 'A weight is no link from one word to another. {example} has {exampleElements} numbers, and none of them belongs to a pair of tokens: the matrix takes any vector of {exampleIn} numbers and gives a new one of {exampleOut}.',
        otherwise:
          'A weight is no link from one word to another. No matrix of this file transforms a vector by itself, so there is none to show.',
      },
      {
        text: 'A table with one number for each pair of its {vocabulary} tokens would need {pairs} numbers, and would know texts of two tokens alone. The file has no such table. Relations between tokens are computed at run time, not stored.',
        otherwise: 'Relations between tokens are computed at run time, not stored.',
      },
    ],
    figure: { text: 'What this file stores:' },
    commands: [['tensors', '{model}', '--sort', 'bytes']],
  },
  {
    id: 'lens',
    title: 'The lens: what a matrix does to a vector',
    about: 'a vector is a direction, a matrix is a way of looking at it',
    paragraphs: [
      {
        text: 'Inside the model a token is a vector: {width} numbers, which together are a direction in a space of {width} dimensions. One number alone means nothing; what a token means lies in the direction of all of them.',
        otherwise:
          'Inside a model a token is a vector: a list of numbers, which together are a direction. One number alone means nothing.',
      },
      {
        text: 'A matrix is a lens. Whatever vector is held before it, a new one comes out, in which some directions are stretched, some are mixed and some are gone. {example} takes {exampleIn} numbers and gives {exampleOut}: each of these is a weighted sum of all that went in. Output = input × weights + bias.',
        otherwise:
          'A matrix is a lens: whatever vector is held before it, a new one comes out. This file has no such matrix.',
      },
      {
        text: 'To look through this one matrix takes {exampleMultiplyAdds} multiplications; through all of them, {multiplyAdds|parameters} for each token.',
      },
      {
        text: 'The lens is the same for every token and every text. What differs is the vector before it.',
      },
    ],
    figure: { text: 'The first weights of {example}, by which the first number that comes out is summed:' },
    commands: [
      ['tensor', '{model}', '{example}'],
      ['tensors', '{model}'],
    ],
  },
  {
    id: 'lookup',
    title: 'Lookup against multiplication',
    about: 'the embedding is read by row, all other matrices are multiplied',
    paragraphs: [
      {
        text: 'The first step of a model computes nothing. {table} is a table with a row for each of {rows} tokens. Token {token} takes row {token}: {rowBytes|bytes} are read, {width} numbers come out, and the other {otherRows} rows are not touched.',
        otherwise:
          'The first step of most models computes nothing: it reads one row of a table for each token. This file has no such table.',
      },
      {
        text: 'Every step after that is a multiplication. {example} is read as a whole for each token, all {exampleBytes|bytes} of it, for {exampleMultiplyAdds} multiplications. So the embedding is next to no work, however large its table is.',
        otherwise: 'Every step after that is a multiplication with a whole matrix.',
      },
      {
        text: 'This model uses its table a second time at the end: there it is multiplied, as a whole, with the last vector, and gives a score for each of the {tiedRows} tokens.',
      },
    ],
    figure: { text: 'The row of token {token}{piece}, read from the file:' },
    commands: [
      ['token', '{model}', '{token}'],
      ['flow', '{model}'],
    ],
  },
  {
    id: 'roles',
    title: 'The roles: what each tensor is for',
    about: 'the names say it: query, key, value, up, gate, down …',
    paragraphs: [
      {
        text: 'A file of {tensors} tensors looks like a lot, but they are of {roles} kinds, and a layer is like the next. The name says the role: in {example} it is what follows the number of the layer.',
        otherwise: 'The names of tensors say what they are for. This file has {tensors} of {roles} kinds.',
      },
      {
        text: 'Query, key, value and output make up attention, the only part in which a token learns of others: {attention|bytes} here, {attentionShare} of all bytes.',
      },
      {
        text: 'Up, gate and down make up the feed-forward part, where each vector is worked on by itself: {network|bytes}, {networkShare}.',
      },
      {
        text: 'Of its experts only {expertsUsed} of {experts} work on a token; all have to be in memory.',
      },
      {
        text: 'Recurrent layers carry a state from token to token in place of looking back: {recurrent|bytes}, {recurrentShare}.',
      },
      {
        text: 'Norms and biases are small ({small|bytes}) and keep the numbers in range.',
      },
    ],
    figure: { text: 'The largest roles in this file:' },
    commands: [['flow', '{model}']],
  },
  {
    id: 'attention',
    title: 'One attention head',
    about: 'queries, keys, scores, softmax, values: what is stored and what is not',
    paragraphs: [
      {
        text: 'Layer {layer} of this model has {heads} heads, and each asks one kind of question. Head 0 uses {headLength} rows of {query}: they turn the vector of a token ({width} numbers) into its query, {headLength} numbers that say what it looks for. As many rows of {key} give its key, what it has to offer, and rows of {value} its value, what it hands over.',
        otherwise:
          'An attention head turns the vector of each token into a query (what it looks for), a key (what it has to offer) and a value (what it hands over). This model keeps no query, key and value matrices of their own that could be shown here.',
      },
      {
        text: 'The score of two tokens is the product of a query and a key, divided by √{headLength} = {root}. Softmax turns the scores of one token into shares that sum to 1. The head gives the sum of the values, each by its share, and the output matrix takes it back to {width} numbers.',
        otherwise:
          'The score of two tokens is the product of a query and a key, divided by the root of their length; softmax turns scores into shares; the head gives the sum of the values, each by its share.',
      },
      {
        text: 'Keys and values are shared: {heads} heads of queries use {headsKv} heads of keys and values. This makes the cache {sharing} times smaller.',
      },
      {
        text: 'Stored for this head: {headBytes|bytes} of matrices. Not stored: the scores. A text of 8 tokens makes 36 of them, one for each token and each up to it (64 where a model reads both ways), and they are gone when the next text comes.',
        otherwise:
          'The matrices are stored; the scores are not. A text of 8 tokens makes 36 of them for each head, and they are gone when the next text comes.',
      },
    ],
    commands: [
      ['attention', '{traceable}', 'Hello world', '--layer', '0', '--head', '0'],
      ['attention', '{traceableById}', '--tokens', '0,1,2', '--layer', '0', '--head', '0'],
      ['learn', 'attention'],
    ],
  },
  {
    id: 'stored',
    title: 'Stored against computed',
    about: 'the weights stay, everything else comes and goes with the text',
    paragraphs: [
      {
        text: 'Stored are the weights: {bytes|bytes}, the same for every text, never written to while the model runs.',
        otherwise: 'Stored would be the weights; this file has none.',
      },
      {
        text: 'Everything that has to do with a text is computed: the vectors of its tokens, queries and keys, scores, logits. Some of it is kept until the text ends, because the next token needs it again: for {context} tokens that is {kept|bytes}, {keptShare} of the size of the weights.',
        otherwise:
          'Everything that has to do with a text is computed: vectors, scores, logits. This model does not go through a text token by token, so it keeps nothing between them.',
      },
      {
        text: 'So two people who use one model share its weights and nothing else.',
      },
    ],
    figure: { text: 'Stored, and computed for {context} tokens:' },
    commands: [
      ['memory', '{model}', '--context', '{context}'],
      ['tensors', '{model}', '--sort', 'bytes'],
    ],
  },
  {
    id: 'quantization',
    title: 'Why quantization works',
    about: 'precision traded for size, with one real block opened',
    paragraphs: [
      {
        text: 'Quantization trades precision for size. Training leaves numbers of 16 or 32 bits; this file spends {bits} bits on each, so it needs {bytes|bytes} in place of {plainBytes|bytes} in F32.',
        otherwise:
          'Quantization trades precision for size: the numbers of a model are kept with fewer bits than training left them with. This file has no tensors to show it on.',
      },
      {
        text: '{blockTensor} is kept as {blockType}: {blockElements} weights at a time become a block of {blockBytes} bytes. Weights that stand together are of similar size, so small whole numbers and a few shared scales are enough to say what each of them is, nearly.',
        otherwise: 'No tensor of this file is kept in blocks: each number stands by itself, and nothing is shared.',
      },
      {
        text: 'Nearly is enough, because no weight is used alone. Each number that a matrix gives is a sum of many products; some weights are a little too large, others a little too small, and most of the errors cancel.',
      },
      {
        text: 'The parts that do not bear it are left alone: norms and biases are small and stay in F32, and mixes give more bits to the matrices that suffer most.',
      },
    ],
    figure: {
      text: 'The first block of {blockTensor}, opened:',
      otherwise: 'The data of {blockTensor} cannot be read here, so no block of it is opened.',
    },
    commands: [
      ['sizes', '{model}'],
      ['sizes', '{bundled}'],
    ],
  },
  {
    id: 'confused',
    title: 'What weights are confused with',
    about: 'n-grams, attention scores, edges of a graph',
    paragraphs: [
      {
        text: 'N-grams. A table of n-grams counts which token followed which. For three in a row of this vocabulary it would have {triples} places; this model has {parameters|parameters} numbers in all, and none of them counts anything.',
        otherwise:
          'N-grams. A table of n-grams counts which token followed which. A model counts nothing: its weights transform vectors, whatever text these came from.',
      },
      {
        text: 'Attention scores. They do say how much one token matters to another, but for one text only, and they are computed: for 100 tokens this model computes {scores|parameters} of them ({attendingLayers} layers × {heads} heads × 100 × 100) and keeps none.',
        otherwise:
          'Attention scores. Where a model has them they say how much one token matters to another, but for one text only; they are computed, never stored.',
      },
      {
        text: 'Edges of a graph. Networks are drawn as dots with lines between them, and a weight is one line. But the dots are no words: for {example} they would be the {exampleIn} numbers of the vector that goes in and the {exampleOut} of the one that comes out.',
        otherwise:
          'Edges of a graph. Networks are drawn as dots with lines between them, and a weight is one line. But the dots are no words: they are the numbers of the vectors that go in and come out.',
      },
      {
        text: 'What is left: weights are learned matrices that transform vectors; relations between tokens are computed at run time, not stored; quantization trades precision for size.',
      },
    ],
    commands: [
      ['flow', '{traceable}', 'Hello world'],
      ['flow', '{traceableById}', '--tokens', '0,1,2'],
      ['flow', '{model}'],
    ],
  },
];
