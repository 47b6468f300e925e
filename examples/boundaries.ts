/** How small networks divide the plane: XOR, and two spirals that wind around each other. */
import { Network, Trainer } from 'lockstep-nn'
import { quick } from './options.js'
import { boundary, type Point, savePicture } from './pictures.js'

const xor: Point[] = [
  { x: 0, y: 0, kind: 'false' },
  { x: 0, y: 1, kind: 'true' },
  { x: 1, y: 0, kind: 'true' },
  { x: 1, y: 1, kind: 'false' },
]

/** 100 points on each of two spirals. Rotations by a constant angle need no sine: the points are the same on every machine. */
function spirals(): Point[] {
  const [cosine, sine] = [0.998, Math.sqrt(1 - 0.998 * 0.998)]
  const points: Point[] = []
  let [x, y] = [1, 0]
  for (let i = 0; i < 200; i++) {
    ;[x, y] = [x * cosine - y * sine, x * sine + y * cosine]
    const radius = 0.1 + (0.9 * i) / 200
    if (i % 2 > 0) continue
    points.push({ x: x * radius, y: y * radius, kind: 'a' }, { x: -x * radius, y: -y * radius, kind: 'b' })
  }
  return points
}

interface Task {
  name: string
  title: string
  points: Point[]
  hidden: number[]
  epochs: number
  /** The part of the plane to draw, on both axes. */
  square: [number, number]
}

async function learn({ name, title, points, hidden, epochs, square }: Task) {
  const kinds = [...new Set(points.map(({ kind }) => kind))].sort()
  const network = new Network({
    inputs: 2,
    layers: [...hidden.map((units) => ({ units, activation: 'tanh' }) as const), { units: 1, activation: 'sigmoid' }],
    seed: 1,
  })
  const trainer = new Trainer(network, { loss: 'binaryCrossentropy', optimizer: { name: 'adam', learningRate: 0.01 } })
  const x = points.map((point) => [point.x, point.y])
  const y = points.map(({ kind }) => [kinds.indexOf(kind)])
  const { loss } = await trainer.fit(x, y, { epochs, seed: 1 })
  const right = network.predict(x).filter((p, i) => Math.round(p) === y[i][0]).length
  console.log(`${name}: loss ${loss.at(-1)?.toFixed(5)} after ${epochs} epochs, ${right} of ${points.length} right`)
  console.log(`digest: ${network.digest()}`)
  const probability = (at: [number, number][]) => network.predict(at)
  await savePicture(name, boundary(title, square, 80, probability, points))
}

const small = { name: 'xor', title: 'XOR, 2-4-1', points: xor, hidden: [4] }
const large = { name: 'spirals', title: 'Two spirals, 2-24-24-1', points: spirals(), hidden: [24, 24] }
await learn({ ...small, epochs: quick ? 100 : 1000, square: [-0.5, 1.5] })
await learn({ ...large, epochs: quick ? 20 : 4000, square: [-1.2, 1.2] })
