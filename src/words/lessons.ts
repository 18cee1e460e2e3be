/**
 * The lessons of `learn`, from the misconception to the summary, in the order in which they build on each other. Their text is plain; a name
 * in braces stands for a number of the model that it is read with: `{rows}` an integer, `{size|bytes}` bytes, `{all|parameters}` a large
 * count, `{layers|layer}` a count with its noun, `{name}` a word. report/lesson-report.ts fills them in.
 */

/** Text that needs numbers of the model. If the model lacks one of them, `otherwise` is used instead, or nothing. */
export interface LessonText {
  text: string;
  otherwise?: string;
}

/**
 * A question and the command that answers it, with names in braces as in the text. The first exercise for which the model has all numbers
 * is used.
 */
export interface LessonExercise {
  asks: string;
  command: readonly string[];
}

export interface Lesson {
  /** The word that the user types: `gguf-explain learn lens`. */
  id: string;
  title: string;
  /** A short description, for the list of lessons. */
  about: string;
  paragraphs: readonly LessonText[];
  /** Between the paragraphs and the exercise: a caption for the numbers below it. */
  figure?: LessonText;
  exercises: readonly LessonExercise[];
}

export const LESSONS: readonly Lesson[] = [
  {
    id: 'weights',
    title: 'What weights are, and what they are not',
    about: 'learned matrices that transform vectors, not links between words',
    paragraphs: [
      {
        text: 'Many people think that a weight says how strongly one word is linked to another. It does not. Weights are learned matrices that transform vectors. Training found their numbers; after that they never change, whatever text the model reads. {modelName} has {parameters|parameters} weights in {tensors|tensor}, {bytes|bytes} in all.',
        otherwise:
          'Many people think that a weight says how strongly one word is linked to another. It does not. Weights are learned matrices that transform vectors. {modelName} holds none: it has no tensors.',
      },
      {
        text: '{example} has {exampleElements} weights, and they do not belong to pairs of tokens: the matrix takes any vector of {exampleIn} numbers and gives a new one of {exampleOut}.',
        otherwise: 'No matrix of this file transforms a vector on its own, so there is none to show.',
      },
      {
        text: 'A table with one number for each pair of the {vocabulary|token} would need {pairs} numbers, and it would only know texts of two tokens. The file has no such table. Relations between tokens are computed at run time; they are not stored.',
        otherwise: 'Relations between tokens are computed at run time; they are not stored.',
      },
    ],
    figure: { text: 'What this file stores:' },
    exercises: [
      {
        asks: 'Which tensors are the largest, and does any of them have a row and a column for each token?',
        command: ['tensors', '{model}', '--sort', 'bytes'],
      },
    ],
  },
  {
    id: 'lens',
    title: 'The lens: what a matrix does to a vector',
    about: 'one product with its numbers: a vector, a row of weights, their sum',
    paragraphs: [
      {
        text: 'Inside the model a token is a vector: {width} numbers, which together are a direction in a space of {width} dimensions. One of these numbers means nothing without the others.',
        otherwise:
          'Inside a model a token is a vector: a list of numbers, which together are a direction. One of these numbers means nothing without the others.',
      },
      {
        text: 'A matrix is a lens: it turns any vector into a new one. {example} takes {exampleIn} numbers and gives {exampleOut}, and each of these is a weighted sum of all input numbers. Output = input × weights + bias. The lens is the same for every token and every text; the vector in front of it is not.',
        otherwise: 'A matrix is a lens: it turns any vector into a new one. This file does not have such a matrix.',
      },
    ],
    figure: { text: 'The first weights of {example}. The first number that comes out is a sum with these:' },
    exercises: [
      {
        asks: 'With another token in front of the lens, which column changes, and which one stays?',
        command: ['flow', '{traceable}', 'Hello', '--lens'],
      },
      {
        asks: 'With another token in front of the lens, which column changes, and which one stays?',
        command: ['flow', '{traceableById}', '--tokens', '0,1', '--lens'],
      },
      { asks: 'How large are the numbers of this matrix?', command: ['tensor', '{model}', '{example}'] },
      { asks: 'What does the file have instead of matrices?', command: ['tensors', '{model}'] },
    ],
  },
  {
    id: 'lookup',
    title: 'Lookup and multiplication',
    about: 'the embedding is read by row, all other matrices are multiplied',
    paragraphs: [
      {
        text: 'The first step of a model computes nothing. {table} is a table with a row for each of {rows|token}. Token {token} takes row {token}: {rowBytes|bytes} are read and give {width} numbers; the other {otherRows|row} are not touched.',
        otherwise:
          'The first step of most models computes nothing: it reads one row of a table for each token. This file does not have such a table.',
      },
      {
        text: 'Every step after that is a multiplication. {example} is read as a whole for each token, all {exampleBytes|bytes} of it, for {exampleMultiplyAdds} multiplications. So the embedding costs next to nothing, however large its table is.',
        otherwise: 'Every step after that is a multiplication with a whole matrix.',
      },
      {
        text: 'This model uses its table a second time at the end: there it is multiplied, as a whole, with the last vector, and gives a score for each of the {tiedRows|token}.',
      },
    ],
    figure: { text: 'The row of token {token}{piece}, read from the file:' },
    exercises: [
      { asks: 'Which other tokens have a row close to this one?', command: ['token', '{model}', '{token}'] },
      { asks: 'What does the first step of this model read?', command: ['flow', '{model}'] },
    ],
  },
  {
    id: 'roles',
    title: 'The roles: what each tensor is for',
    about: 'the names say it: query, key, value, up, gate, down …',
    paragraphs: [
      {
        text: 'A file of {tensors|tensor} looks like a lot, but they have only {roles|role}, and most layers are alike. The name says the role: in {example} it is the part after the number of the layer.',
        otherwise: 'The names of tensors say what they are for. This file has {tensors} of {roles|role}.',
      },
      {
        text: 'Query, key, value and output make up attention, the only part in which a token learns of others: {attention|bytes} here, {attentionShare} of all bytes.',
      },
      {
        text: 'Up, gate and down make up the feed-forward part, which works on each vector separately: {network|bytes}, {networkShare}.',
      },
      {
        text: 'Of its experts only {expertsUsed} of {experts} work on a token; all of them must be in memory.',
      },
      {
        text: 'Recurrent layers carry a state from token to token instead of looking back: {recurrent|bytes}, {recurrentShare}.',
      },
      {
        text: 'Norms and biases are small ({small|bytes}) and keep the numbers in range.',
      },
    ],
    figure: { text: 'The largest roles in this file:' },
    exercises: [{ asks: 'In which order does a token meet these roles?', command: ['flow', '{model}'] }],
  },
  {
    id: 'attention',
    title: 'One attention head',
    about: 'queries, keys, scores, softmax, values: what is stored and what is not',
    paragraphs: [
      {
        text: 'Layer {layer} of this model has {heads|head}. Head 0 uses {headLength} rows of {query}: they turn the vector of a token ({width} numbers) into its query, {headLength} numbers that say what it looks for. The same number of rows of {key} gives its key, what it has to offer, and rows of {value} give its value, what it hands over.',
        otherwise:
          'An attention head turns the vector of each token into a query (what it looks for), a key (what it has to offer) and a value (what it hands over). This model has no attention, or does not keep its query, key and value matrices separately, so there is none to show here.',
      },
      {
        text: 'The score of two tokens is the product of a query and a key, divided by √{headLength} = {root}. Softmax turns the scores of one token into attention weights, which sum to 1. The head gives the sum of the values, each times its attention weight, and the output matrix takes it back to {width} numbers.',
        otherwise:
          'The score of two tokens is the product of a query and a key, divided by the root of their length; softmax turns scores into attention weights; the head gives the sum of the values, each times its attention weight.',
      },
      {
        text: 'Keys and values are shared: {heads} query heads use {headsKv|head} of keys and values. This makes the KV cache {sharing} times smaller.',
      },
      {
        text: 'Stored for this head: {headBytes|bytes} of matrices. Not stored: the scores. A text of 8 tokens makes 36 of them, one for each token and each up to it (64 where a model reads both ways), and they are gone when the next text comes.',
        otherwise:
          'The matrices are stored; the scores are not. A text of 8 tokens makes 36 of them for each head, and they are gone when the next text comes.',
      },
    ],
    exercises: [
      {
        asks: 'What stays the same when the text changes: the weights or the attention?',
        command: ['attention', '{attended}', 'Hello world', '--with', 'Once upon a time'],
      },
      {
        asks: 'What stays the same when the text changes: the weights or the attention?',
        command: ['attention', '{attendedById}', '--tokens', '0,1,2', '--with', '2,1,0'],
      },
      {
        asks: 'What does a head look like in a model that has them?',
        command: ['attention', '{bundled}', 'Hello world'],
      },
    ],
  },
  {
    id: 'layers',
    title: 'How the answer forms, layer by layer',
    about: 'each layer adds to one vector; what the model would predict after each',
    paragraphs: [
      {
        text: 'The vector of a token goes through {layers|layer}. A layer does not replace it: what attention and feed-forward compute is added to it. This vector of {width} numbers is called the residual stream.',
        otherwise:
          'The vector of a token goes through one layer after the other. In most models a layer does not replace it: what attention and feed-forward compute is added to it. This vector is called the residual stream.',
      },
      {
        text: 'At the end a norm and the output matrix turn the last vector into a score for each of the {vocabulary|token}, and softmax turns the scores into probabilities.',
        otherwise: 'At the end a norm and the output matrix turn the last vector into the result.',
      },
      {
        text: 'The same norm and matrix can read the vector after any layer, which shows what the model would predict if it stopped there. The method is known as the logit lens. Early layers often guess badly, and the answer appears somewhere on the way.',
      },
    ],
    exercises: [
      {
        asks: 'After which layer does the model first guess the token that it predicts in the end?',
        command: ['flow', '{traceable}', 'Hello world'],
      },
      {
        asks: 'After which layer does the model first guess the token that it predicts in the end?',
        command: ['flow', '{traceableById}', '--tokens', '0,1,2'],
      },
      { asks: 'After which layer does a small model guess right?', command: ['flow', '{bundled}', 'Hello world'] },
    ],
  },
  {
    id: 'stored',
    title: 'Stored and computed',
    about: 'the weights stay, everything else comes and goes with the text',
    paragraphs: [
      {
        text: 'The weights are stored: {bytes|bytes}, the same for every text. The model only reads them while it runs.',
        otherwise: 'The weights would be stored; this file has none.',
      },
      {
        text: 'Everything that depends on a text is computed: the vectors of its tokens, queries and keys, scores, logits. Some of it is kept until the text ends, because the next token needs it again: for {context|token} that is {kept|bytes}, {keptShare} of the size of the weights.',
        otherwise:
          'Everything that depends on a text is computed: vectors, scores, logits. This model does not go through a text token by token, so it keeps nothing between them.',
      },
      {
        text: 'So two people who use one model at the same time share its weights, and nothing else.',
      },
    ],
    figure: { text: 'Stored, and computed for {context|token}:' },
    exercises: [
      {
        asks: 'How much memory does the model take in all with such a text?',
        command: ['memory', '{model}', '--context', '{context}'],
      },
      { asks: 'Which tensors take most of the file?', command: ['tensors', '{model}', '--sort', 'bytes'] },
    ],
  },
  {
    id: 'quantization',
    title: 'Why quantization works',
    about: 'precision traded for size, with one real block opened',
    paragraphs: [
      {
        text: 'Quantization trades precision for size. Training leaves numbers of 16 or 32 bits; this file spends {bits} bits on each, so it needs {bytes|bytes} instead of {plainBytes|bytes} in F32.',
        otherwise:
          'Quantization trades precision for size: the numbers of a model are kept with fewer bits than training left them with. This file does not have tensors to show it on.',
      },
      {
        text: '{blockTensor} is kept as {blockType}: {blockElements} weights at a time become a block of {blockBytes} bytes. Weights that stand together are of similar size, so small whole numbers and a few shared scales are enough to describe each of them approximately.',
        otherwise: 'No tensor of this file is kept in blocks: each number is stored separately, and nothing is shared.',
      },
      {
        text: 'Approximately is enough, because no weight is used alone: each number that a matrix gives is a sum of many products. Some weights are a little too large, others a little too small, and most of the errors cancel.',
      },
      {
        text: 'Sensitive tensors are quantized less or not at all: norms and biases are small and stay in F32, and mixes give more bits to the matrices that suffer most.',
      },
    ],
    figure: {
      text: 'The first block of {blockTensor}, opened:',
      otherwise: 'The data of {blockTensor} cannot be read here, so no block of it is opened.',
    },
    exercises: [
      { asks: 'How large would this model be with fewer bits, or with more?', command: ['sizes', '{model}'] },
      { asks: 'How large would a small model be with fewer bits, or with more?', command: ['sizes', '{bundled}'] },
    ],
  },
  {
    id: 'confused',
    title: 'What weights are confused with',
    about: 'n-grams, attention scores, edges of a graph',
    paragraphs: [
      {
        text: 'N-grams. A table of n-grams counts which token followed which. For three in a row of this vocabulary it would have {triples} places; this model has {parameters|parameters} weights in all, and they do not count tokens.',
        otherwise:
          'N-grams. A table of n-grams counts which token followed which. A model does not count: its weights transform vectors, whatever text these came from.',
      },
      {
        text: 'Attention scores. They do say how much one token matters to another, but only for one text, and they are computed: for 100 tokens this model computes {scores|parameters} of them and stores none. Each of {attendingLayers|layer} × {heads|head} fills a table of 100 × 100; where a model reads only backwards, half of it stays empty.',
        otherwise:
          'Attention scores. Where a model has them they say how much one token matters to another, but only for one text; they are computed, never stored.',
      },
      {
        text: 'Edges of a graph. Networks are drawn as dots with lines between them, and a weight is one line. But the dots are not words: for {example} they are the {exampleIn} numbers of the vector that goes in and the {exampleOut} of the one that comes out.',
        otherwise:
          'Edges of a graph. Networks are drawn as dots with lines between them, and a weight is one line. But the dots are not words: they are the numbers of the vectors that go in and come out.',
      },
    ],
    exercises: [
      {
        asks: 'Do all heads of a layer look at the same tokens?',
        command: ['attention', '{traceable}', 'Once upon a time', '--heads', 'all'],
      },
      {
        asks: 'Do all heads of a layer look at the same tokens?',
        command: ['attention', '{traceableById}', '--tokens', '0,1,2,3', '--heads', 'all'],
      },
      { asks: 'What do the dots and the lines of this model look like?', command: ['flow', '{model}'] },
    ],
  },
  {
    id: 'summary',
    title: 'The summary',
    about: 'the path of a token, and three sentences to keep',
    paragraphs: [
      {
        text: 'A text becomes tokens; each token takes its row of a table: a vector of {width} numbers. It goes through {layers|layer}. Attention lets tokens exchange information, feed-forward works on each vector separately, and both add what they compute. A norm and the output matrix score the {vocabulary|token}, and softmax turns the scores into probabilities.',
        otherwise:
          'A text becomes tokens; each token takes its row of a table, a vector. It goes through the layers, which add what they compute. At the end the vector is turned into the result.',
      },
      {
        text: '1. Weights are learned matrices that transform vectors: {parameters|parameters} numbers here.',
        otherwise: '1. Weights are learned matrices that transform vectors.',
      },
      { text: '2. Relations between tokens are computed at run time; they are not stored.' },
      {
        text: '3. Quantization trades precision for size: {bits} bits for each weight here, {bytes|bytes} in all.',
        otherwise: '3. Quantization trades precision for size.',
      },
    ],
    exercises: [{ asks: 'Can you find each of these steps on one page?', command: ['explain', '{model}'] }],
  },
];
