/** Short runs of the examples: the same bits on every backend, what they learn, and pictures. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { example } from '../support/child.js'
import { folderOf } from '../support/folder.js'
import { implementations } from '../support/paths.js'

const EXAMPLES: Record<string, { digests: string[]; pictures: string[]; says: RegExp }> = {
  iris: {
    digests: ['9fb19f2c7ef1a6b2a83c173e8c9c58a2455b072c4a3d7ea23450fee96eb4d4f3'],
    pictures: ['iris-confusion', 'iris-loss'],
    says: /^accuracy: 0\.\d+, standard deviation/m,
  },
  cars: {
    digests: ['911aaec90ca296860ea34c89aff1e2448d6d445f8e6a1036bbce5c1a762a3ab7'],
    pictures: ['cars-predicted'],
    says: /^R²: -?\d\.\d+, standard deviation/m,
  },
  digits: {
    digests: ['a54b7f4e0b2f9c375b96912142e9a9a6133c11b1143c237ef994c1edb1284838'],
    pictures: ['digits-confusion', 'digits-loss'],
    says: /^accuracy: 0\.\d+$/m,
  },
  saliency: {
    digests: [
      '0d511437ff9fcb2df32d2c7d3bbc090dac273ce64b096f22b7d0a8be029aa435',
      'a826ef1b4e0fbe99075c7dea9fb33d662971134ce61d74161ce16b6eb3a5f5fe',
    ],
    pictures: ['saliency'],
    says: /^without the 40 pixels that count most: 0\.\d+$/m,
  },
  boundaries: {
    digests: [
      '1cb6e75dcb6ab05b39fbea242dfa5bc84aee07316aa8bcc1a2d2e1e42595bd48',
      'c967a779421a0f1f37f4da587fb25d29f3178e295884c2c4c16cf30ea40f55db',
    ],
    pictures: ['spirals', 'xor'],
    says: /^xor: loss .* of 4 right$/m,
  },
  reinforce: {
    digests: ['d5628d05eafe3f6c9eb7cb3906b2140090f43a98cee58eb5919a0049333413b7'],
    pictures: [],
    says: /^mean length: \d\d\.\d of the first 20, [2-5]\d\d\.\d of the last 20$/m,
  },
  dqn: {
    digests: ['671110ec758c97b0e037ad3354a2a240c26eff3bc0cf13cef9ee46212e01fb83'],
    pictures: [],
    says: /^mean length: \d\d\.\d of the first 20, [1-5]\d\d\.\d of the last 20$/m,
  },
  physics: {
    digests: ['04661ddcd7497ccc4d04e27d1746c73d71594fe189e5c9763139faf06aeeff55'],
    pictures: [],
    says: /^largest error: \d\.\de-2$/m,
  },
}

describe('the examples', () => {
  const folder = folderOf()

  for (const [name, { digests, pictures, says }] of Object.entries(EXAMPLES)) {
    for (const path of implementations) {
      it(`${name}: on ${path}`, () => {
        const out = join(folder(), `${name}-${path.replace('/', '-')}`)
        const variables = { LOCKSTEP_BACKEND: path }
        const { status, stdout, stderr } = example(name, ['--quick', '--out', out], { variables })
        assert.equal(status, 0, stderr)
        assert.match(stdout, says)
        assert.deepEqual(
          Array.from(stdout.matchAll(/^digest: (.*)$/gm), ([, digest]) => digest),
          digests,
        )
        assert.deepEqual(
          existsSync(out) ? readdirSync(out).sort() : [],
          pictures.flatMap((picture) => [`${picture}.png`, `${picture}.svg`]),
        )
        for (const picture of pictures) {
          assert.match(readFileSync(join(out, `${picture}.svg`), 'utf8'), /^<svg .*<\/svg>$/s)
          assert.equal(
            readFileSync(join(out, `${picture}.png`))
              .subarray(1, 4)
              .toString(),
            'PNG',
          )
        }
      })
    }
  }
})
