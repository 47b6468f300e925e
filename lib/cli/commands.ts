/** The table of commands: names, flags, and examples. One file of `commands/` does the work of each. */
import {
  COLUMNS,
  type CommandSpec,
  integer,
  JSON_RESULT,
  QUEUE,
  QUIET,
  shard,
  share,
  shareOrAll,
  THREADS,
} from './support/spec.js'

const MAX = 2 ** 31 - 1
const MODEL = ['model', 'a model file of train or of Model.save'] as const
const TABLE = ['file', 'CSV, JSON lines or a JSON array; - for stdin'] as const

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'train',
    summary: 'train a model on a table, and write it to a file',
    operands: [TABLE],
    options: [
      ...COLUMNS,
      { flags: '--epochs <n>', description: 'the most epochs (default: that of Model.fit)', read: integer(1, MAX) },
      {
        flags: '--members <n>',
        description: 'train this many networks, and predict their mean (default: by the number of rows)',
        read: integer(1, 1000),
      },
      { flags: '--test <share>', description: 'keep this share of the rows apart, to score the model', read: share },
      {
        flags: '--seed <n>',
        description: 'the seed of weights, orders and splits (default: 0)',
        read: integer(0, Number.MAX_SAFE_INTEGER),
      },
      THREADS,
      { flags: '--out <file>', description: 'the model file (default: model.json)' },
      { flags: '--checkpoint <file>', description: 'write checkpoints to this file, and go on from it if it is there' },
      { flags: '--diagnose', description: 'say what keeps the model from learning, and what to do' },
      { flags: '--report <file>', description: 'write a page about the model to this file: report.html' },
      JSON_RESULT,
      QUIET,
    ],
    examples: [
      'npx lockstep-nn train penguins.csv --target species',
      'npx lockstep-nn train cars.csv --target mpg --drop name --test 0.2 --seed 1 --out cars.json',
      'npx lockstep-nn train penguins.csv --target species --test 0.2 --report report.html',
      'cat days.jsonl | npx lockstep-nn train - --target rain --checkpoint days.checkpoint',
    ],
    load: () => import('./commands/train.js'),
  },
  {
    name: 'predict',
    summary: 'predict the target of each row, and write the rows with the predictions as further columns',
    operands: [MODEL, TABLE],
    options: [
      { flags: '--out <file>', description: 'the file to write, whole or not at all (default: stdout)' },
      {
        flags: '--interval <share>',
        description: 'add the interval, or the labels, that this share of new rows should be in, such as 0.9',
        read: share,
      },
      {
        flags: '--format <format>',
        description: 'the format to write (default: by the name of --out, else that of the input)',
        choices: ['csv', 'jsonl'],
      },
    ],
    examples: [
      'npx lockstep-nn predict model.json new.csv --out predicted.csv',
      'npx lockstep-nn predict model.json new.csv --format jsonl | head',
      'npx lockstep-nn predict prices.json new.csv --interval 0.9',
      'cat new.csv | npx lockstep-nn predict model.json - > predicted.csv',
    ],
    load: () => import('./commands/predict.js'),
  },
  {
    name: 'evaluate',
    summary: 'score a model on rows whose target is known',
    operands: [MODEL, TABLE],
    options: [
      {
        flags: '--interval <share>',
        description: 'score the intervals, or the sets of labels, that this share of rows should be in, too',
        read: share,
      },
      JSON_RESULT,
    ],
    examples: [
      'npx lockstep-nn evaluate model.json test.csv',
      'npx lockstep-nn evaluate model.json test.csv --interval 0.9',
      'npx lockstep-nn evaluate model.json test.csv --json',
    ],
    load: () => import('./commands/evaluate.js'),
  },
  {
    name: 'inspect',
    summary: 'show what a model file holds: columns, target, network, training',
    operands: [MODEL],
    options: [
      { flags: '--diagnose <file>', description: 'say what keeps the model from learning the rows of this table' },
      JSON_RESULT,
    ],
    examples: ['npx lockstep-nn inspect model.json', 'npx lockstep-nn inspect model.json --diagnose train.csv'],
    load: () => import('./commands/inspect.js'),
  },
  {
    name: 'verify',
    summary: 'train again on the same table, and compare the digest: exit status 0 where it is the same, else 1',
    operands: [['model', 'a model file of train or search'], TABLE],
    options: [THREADS, JSON_RESULT, QUIET],
    examples: ['npx lockstep-nn verify model.json penguins.csv'],
    load: () => import('./commands/verify.js'),
  },
  {
    name: 'export',
    summary: 'write a model in a format of other programs: with its columns, or as safetensors its network alone',
    operands: [MODEL],
    options: [
      {
        flags: '--format <format>',
        description: 'the format to write',
        choices: ['safetensors', 'module', 'onnx'],
        isRequired: true,
      },
      { flags: '--out <file>', description: 'the file to write; - for stdout', isRequired: true },
      {
        flags: '--member <n>',
        description: 'for safetensors: which network of several, from 0',
        read: integer(0, MAX),
      },
    ],
    examples: [
      'npx lockstep-nn export model.json --format safetensors --member 0 --out network.safetensors',
      'npx lockstep-nn export model.json --format module --out model.mjs',
      'npx lockstep-nn export model.json --format onnx --out model.onnx',
    ],
    load: () => import('./commands/export.js'),
  },
  {
    name: 'search',
    summary: 'train many models on a table with options drawn from a space, and write the best one to a file',
    operands: [TABLE],
    options: [
      ...COLUMNS,
      {
        flags: '--space <file>',
        description: 'options of Model.fit with parameters, as JSON (default: by the number of rows)',
      },
      {
        flags: '--trials <n>',
        description: 'the number of trials (default: 100, of a grid all)',
        read: integer(1, 10_000_000),
      },
      {
        flags: '--sampler <name>',
        description: 'how trials are drawn (default: random)',
        choices: ['random', 'sobol', 'grid', 'tpe'],
      },
      {
        flags: '--pruner <name>',
        description: 'which trials end early (default: none)',
        choices: ['none', 'successiveHalving', 'hyperband', 'median'],
      },
      {
        flags: '--validation <share>',
        description: 'the share of the rows that trials are compared on (default: 0.2)',
        read: share,
      },
      {
        flags: '--folds <n>',
        description: 'compare trials by the mean over this many folds of the rows',
        read: integer(2, 1000),
      },
      {
        flags: '--metric <name>',
        description: 'what trials are compared by, such as validationAccuracy (default: validationLoss)',
      },
      {
        flags: '--members <n>',
        description:
          'write an ensemble of at most n members: the trials that are best together (default: the best trial)',
        read: integer(1, 10_000),
      },
      {
        flags: '--candidates <n>',
        description: 'with --members: how many of the best trials may be members (default: 100)',
        read: integer(1, 10_000),
      },
      {
        flags: '--test <share>',
        description: 'keep this share of the rows apart, to score the best model',
        read: share,
      },
      {
        flags: '--batch <n>',
        description: 'how many trials are drawn and compared together (default: by trials, sampler and pruner)',
        read: integer(1, 10_000_000),
      },
      {
        flags: '--seed <n>',
        description: 'the seed of the draws, weights, orders and splits (default: 0)',
        read: integer(0, Number.MAX_SAFE_INTEGER),
      },
      THREADS,
      { flags: '--name <name>', description: 'the name of the study (default: study)' },
      { flags: '--journal <file>', description: 'keep the trials in this file, and go on from it if it is there' },
      {
        flags: '--shard <i/n>',
        description: 'train one of n parts of the trials, such as 2/8; needs --journal',
        read: shard,
      },
      {
        flags: '--on <url>',
        description:
          'train the trials by workers of a queue: redis://host, rediss://, postgres:// (or LOCKSTEP_CONNECTION)',
      },
      QUEUE,
      {
        flags: '--verify <share>',
        description: 'with --on: train this share of the batches by a second worker, and compare (default: none)',
        read: shareOrAll,
      },
      { flags: '--out <file>', description: 'the model file (default: model.json; with --shard none)' },
      { flags: '--page <file>', description: 'write a page with charts to this file: study.html' },
      { flags: '--table', description: 'write the trials to stdout as CSV' },
      JSON_RESULT,
      QUIET,
    ],
    examples: [
      'npx lockstep-nn search penguins.csv --target species',
      'npx lockstep-nn search cars.csv --target mpg --trials 300 --pruner successiveHalving --journal study.jsonl',
      'npx lockstep-nn search cars.csv --target mpg --space space.json --sampler grid --page study.html',
      'npx lockstep-nn search cars.csv --target mpg --trials 300 --members 32',
      'npx lockstep-nn search cars.csv --target mpg --trials 800 --journal 2.jsonl --shard 2/8',
      'npx lockstep-nn search cars.csv --target mpg --trials 5000 --on redis://queue.example:6379',
    ],
    load: () => import('./commands/search.js'),
  },
  {
    name: 'worker',
    summary: 'train the trials that searches put into a queue with --on, until it is stopped',
    operands: [],
    options: [
      {
        flags: '--connection <url>',
        description:
          'the server: redis://, rediss://, postgres:// (default: LOCKSTEP_CONNECTION, which hides a password)',
      },
      QUEUE,
      { flags: '--name <name>', description: 'the name in messages (default: the machine and the process number)' },
      THREADS,
      { flags: '--json', description: 'write a JSON object for each batch' },
      { flags: '--quiet', description: 'write nothing but errors' },
    ],
    examples: [
      'npx lockstep-nn worker --connection redis://queue.example:6379 --threads 1',
      'npx lockstep-nn worker --connection postgres://user@db.example/lockstep --queue cars --json',
    ],
    load: () => import('./commands/worker.js'),
  },
  {
    name: 'merge',
    summary: 'write one journal with the trials of several, such as those of the shards of a search',
    operands: [
      ['out', 'the journal to write; one that is there gets the trials that it does not have'],
      ['journals...', 'the journals of one study'],
    ],
    options: [
      { flags: '--study <name>', description: 'which study, where a journal has several' },
      JSON_RESULT,
      { flags: '--quiet', description: 'show no summary' },
    ],
    examples: ['npx lockstep-nn merge study.jsonl 1.jsonl 2.jsonl 3.jsonl'],
    load: () => import('./commands/merge.js'),
  },
  {
    name: 'study',
    summary:
      'show what a search has found so far: its best trial, its trials by state, the importance of the parameters',
    operands: [['journal', 'the file that the option journal of search names']],
    options: [
      { flags: '--study <name>', description: 'which study, where the journal has several' },
      { flags: '--out <file>', description: 'write a page with charts to this file: study.html' },
      { flags: '--table', description: 'write the trials to stdout as CSV' },
      JSON_RESULT,
    ],
    examples: [
      'npx lockstep-nn study study.jsonl',
      'npx lockstep-nn study study.jsonl --out study.html',
      'npx lockstep-nn study study.jsonl --table > trials.csv',
    ],
    load: () => import('./commands/study.js'),
  },
  {
    name: 'backends',
    summary: 'list the backends, and why one cannot run here',
    operands: [],
    options: [JSON_RESULT],
    examples: ['npx lockstep-nn backends'],
    load: () => import('./commands/backends.js'),
  },
]
