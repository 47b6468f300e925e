/** The steps of the lesson: what to do, and a check that is computed from the settings and the snapshot of the page. */
import { DEFAULT_SETTINGS, type LayerSettings, type Settings } from '../state/settings.js'
import type { Snapshot } from '../training/snapshot/snapshot-types.js'

export interface LessonStep {
  readonly title: string
  readonly text: string
  /** What to do. */
  readonly task: string
  /** The settings with which the step begins. */
  readonly settings: Settings
  /** Whether the task is done. It is true of a state that the step does not begin with. */
  readonly isDone: (settings: Settings, snapshot: Snapshot) => boolean
  /** What the done task has shown. */
  readonly result: string
}

const layer = (units: number, changes: Partial<LayerSettings> = {}): LayerSettings => ({
  ...DEFAULT_SETTINGS.network.layers[0],
  units,
  ...changes,
})

function lessonSettings(
  data: Partial<Settings['data']>,
  layers: readonly LayerSettings[],
  trainer: Partial<Settings['trainer']> = {},
): Settings {
  return {
    ...DEFAULT_SETTINGS,
    data: { ...DEFAULT_SETTINGS.data, ...data },
    network: { ...DEFAULT_SETTINGS.network, layers },
    trainer: { ...DEFAULT_SETTINGS.trainer, ...trainer },
  }
}

const XOR = { source: 'xor', rows: 200, noise: 0 } as const
const trained = ({ accuracy }: Snapshot): number => accuracy.training ?? 0
const lastOf = (values: Float64Array): number => values.at(-1) ?? NaN
const WAIT = 100

/** The members of the step about luck. */
const SEEDS = 10

/** Four points, of which a network with two hidden units learns all, or stops at three. */
const FOUR = {
  source: 'points',
  validation: 0,
  points: [
    [-0.7, -0.7, 0],
    [0.7, 0.7, 0],
    [-0.7, 0.7, 1],
    [0.7, -0.7, 1],
  ],
} as const

export const STEPS: readonly LessonStep[] = [
  {
    title: 'A line cannot',
    text: 'The two classes of XOR are in opposite corners. A network without a hidden layer divides the map by one line.',
    task: `Press Play, and train at least ${WAIT} epochs.`,
    settings: lessonSettings(XOR, []),
    isDone: ({ data, network }, snapshot) =>
      data.source === 'xor' && network.layers.length === 0 && snapshot.epoch >= WAIT && trained(snapshot) < 0.8,
    result: 'No line separates the classes, however long it is trained.',
  },
  {
    title: 'A hidden layer can',
    text: 'Each hidden unit has a line of its own, and the last layer combines them.',
    task: 'Add a layer, and train until the accuracy in training is at least 95 %.',
    settings: lessonSettings(XOR, []),
    isDone: ({ data, network }, snapshot) =>
      data.source === 'xor' && network.layers.length > 0 && trained(snapshot) >= 0.95,
    result: 'The same data, and one hidden layer: the network bends its boundary.',
  },
  {
    title: 'Too high a rate',
    text: 'The learning rate is the length of a step. Long steps pass over the minimum.',
    task: `This network trains with a rate that is too high. Set the learningRate of the optimizer to 0.5 or less, and train at least ${WAIT} epochs to a loss below 0.05.`,
    settings: lessonSettings({ source: 'plane', noise: 0.02 }, [layer(6)], {
      optimizer: { name: 'sgd', learningRate: 5 },
    }),
    isDone: ({ data, trainer }, snapshot) =>
      data.source === 'plane' &&
      trainer.optimizer.name === 'sgd' &&
      Number(trainer.optimizer.learningRate) <= 0.5 &&
      snapshot.epoch >= WAIT &&
      lastOf(snapshot.losses.training.mean) < 0.05,
    result: 'With shorter steps the loss falls and stays low.',
  },
  {
    title: 'Overfitting and dropout',
    text: 'Few noisy rows and many units: the network learns the noise. Its loss in training falls, and that of validation rises.',
    task: 'Set dropout of 0.2 or more in a layer, train 300 epochs, and get a validation loss below 1.',
    settings: lessonSettings({ source: 'moons', rows: 60, noise: 0.35, validation: 0.5 }, [layer(32), layer(32)], {
      optimizer: { name: 'adam', learningRate: 0.02 },
    }),
    isDone: ({ data, network }, snapshot) =>
      data.source === 'moons' &&
      network.layers.some(({ dropout }) => dropout >= 0.2) &&
      snapshot.epoch >= 300 &&
      lastOf(snapshot.losses.validation.mean) < 1,
    result: 'Dropout leaves out units at random in each step, so that none of them can learn single rows.',
  },
  {
    title: 'Seeds and luck',
    text: `The seed decides where a training begins. These are ${SEEDS} networks 2-2-1 on the four points of XOR, with the seeds 1 to ${SEEDS}.`,
    task: 'Train 1000 epochs. The check counts the networks that learn all four points.',
    settings: {
      ...lessonSettings(FOUR, [layer(2)], {
        optimizer: { name: 'sgd', learningRate: 0.3 },
        batchSize: 4,
      }),
      members: SEEDS,
    },
    isDone: ({ data, members }, snapshot) =>
      data.source === 'points' && members === SEEDS && snapshot.epoch >= 1000 && snapshot.learned === 7,
    result: 'Seven of the ten learn XOR. Only their seeds differ: train several, and report all of them.',
  },
]
