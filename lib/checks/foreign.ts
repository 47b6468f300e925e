/**
 * The names that other libraries (Keras, TensorFlow.js, PyTorch, scikit-learn, brain.js) use, in normal form (small
 * letters without `_` and `-`), and this library's names for them. Names that differ only in form are found without a
 * table. All of them are errors with a hint.
 */
import type { ForeignNames } from './validate.js'

const CROSSENTROPIES = ['binaryCrossentropy', 'categoricalCrossentropy']

export const LOSSES: ForeignNames = {
  mse: ['meanSquaredError'],
  mseloss: ['meanSquaredError'],
  l2: ['meanSquaredError'],
  l2loss: ['meanSquaredError'],
  squarederror: ['meanSquaredError'],
  mae: ['meanAbsoluteError'],
  l1: ['meanAbsoluteError'],
  l1loss: ['meanAbsoluteError'],
  absoluteerror: ['meanAbsoluteError'],
  bce: ['binaryCrossentropy'],
  bceloss: ['binaryCrossentropy'],
  logloss: ['binaryCrossentropy'],
  sigmoidcrossentropy: ['binaryCrossentropy'],
  crossentropy: CROSSENTROPIES,
  crossentropyloss: CROSSENTROPIES,
  cce: ['categoricalCrossentropy'],
  softmaxcrossentropy: ['categoricalCrossentropy'],
  scce: ['sparseCategoricalCrossentropy'],
  nll: ['sparseCategoricalCrossentropy'],
  nllloss: ['sparseCategoricalCrossentropy'],
  smoothl1: ['huber'],
  smoothl1loss: ['huber'],
  huberloss: ['huber'],
  pinball: ['quantile'],
  pinballloss: ['quantile'],
  quantileloss: ['quantile'],
  poissonnllloss: ['poisson'],
  kl: ['kullbackLeiblerDivergence'],
  kld: ['kullbackLeiblerDivergence'],
  kldiv: ['kullbackLeiblerDivergence'],
  kldivloss: ['kullbackLeiblerDivergence'],
  kldivergence: ['kullbackLeiblerDivergence'],
}

export const LAYERS: ForeignNames = {
  linear: ['dense'],
  fullyconnected: ['dense'],
  batchnorm: ['batchNormalization'],
  batchnorm1d: ['batchNormalization'],
  layernorm: ['layerNormalization'],
  add: ['residual'],
  skip: ['residual'],
  skipconnection: ['residual'],
  resnet: ['residual'],
  resblock: ['residual'],
}

export const OPTIMIZERS: ForeignNames = {
  gd: ['sgd'],
  gradientdescent: ['sgd'],
  momentum: ['sgd'],
  nesterov: ['sgd'],
  rectifiedadam: ['radam'],
}

export const ACTIVATIONS: ForeignNames = {
  identity: ['linear'],
  none: ['linear'],
  logistic: ['sigmoid'],
  logsig: ['sigmoid'],
  lrelu: ['leakyRelu'],
  leaky: ['leakyRelu'],
  tansig: ['tanh'],
  exp: ['exponential'],
  hswish: ['hardSwish'],
  hardsilu: ['hardSwish'],
}

export const INITIALIZERS: ForeignNames = {
  zero: ['zeros'],
  one: ['ones'],
  randomuniform: ['uniform'],
  randomnormal: ['normal'],
  gaussian: ['normal'],
  xavier: ['glorotUniform', 'glorotNormal'],
  glorot: ['glorotUniform', 'glorotNormal'],
  xavieruniform: ['glorotUniform'],
  xaviernormal: ['glorotNormal'],
  he: ['heUniform', 'heNormal'],
  kaiming: ['heUniform', 'heNormal'],
  kaiminguniform: ['heUniform'],
  kaimingnormal: ['heNormal'],
  lecun: ['lecunUniform', 'lecunNormal'],
}

export const METRICS: ForeignNames = {
  acc: ['accuracy'],
  categoricalaccuracy: ['accuracy'],
  auc: ['rocAuc'],
  f1score: ['f1'],
  mae: ['meanAbsoluteError'],
  rmse: ['rootMeanSquaredError'],
  r2score: ['r2'],
  topkaccuracy: ['topK'],
  topkcategoricalaccuracy: ['topK'],
}

export const SCHEDULES: ForeignNames = {
  steplr: ['step'],
  exponentiallr: ['exponential'],
  exponentialdecay: ['exponential'],
  cosineannealing: ['cosine'],
  cosineannealinglr: ['cosine'],
  cosineannealingwarmrestarts: ['cosine'],
  cosinedecay: ['cosine'],
  polynomiallr: ['polynomial'],
  onecyclelr: ['oneCycle'],
  plateau: ['reduceOnPlateau'],
  reducelronplateau: ['reduceOnPlateau'],
}
