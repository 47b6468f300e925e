/** Short runs of the examples: the same bits on every backend, what they learn, and pictures. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { example } from '../support/child.js'
import { folderOf } from '../support/folder.js'
import { implementations } from '../support/paths.js'

const EXAMPLES: Record<string, { digests: string[]; pictures: string[]; says: RegExp }> = {
  iris: {
    digests: ['28420c0cf17517510d8e357d5baae9898d10a112db301b6b108189d6c81c29d5'],
    pictures: ['iris-confusion', 'iris-loss'],
    says: /^accuracy: 0\.\d+, standard deviation/m,
  },
  cars: {
    digests: ['85a40bd0f49378452b89cea675c8943e150796b77a421ec3df193c03754469a2'],
    pictures: ['cars-predicted'],
    says: /^R²: -?\d\.\d+, standard deviation/m,
  },
  digits: {
    digests: ['13282084c16fdb774c85b7c702b988e9dd8dff18ce00984365158974e31cf838'],
    pictures: ['digits-confusion', 'digits-loss'],
    says: /^accuracy: 0\.\d+$/m,
  },
  saliency: {
    digests: [
      '2588043aaa9e25e10b27c7c29c3c313ffde025ab6b6c975b02dbb10b2d371909',
      'ffa393965bce16c0699d56796b5c7d45cc53bd18e52e0311158d8fd6b3704363',
    ],
    pictures: ['saliency'],
    says: /^without the 40 pixels that count most: 0\.\d+$/m,
  },
  boundaries: {
    digests: [
      '5b3c67fbf17b5e3363389343b422b3916f00b9240db78bb01cf8cdf7f162e959',
      '1a26bd766bcf659f0e82d94f87956c6cf085f2bbc032a3d06959f7b5176444a8',
    ],
    pictures: ['spirals', 'xor'],
    says: /^xor: loss .* of 4 right$/m,
  },
  reinforce: {
    digests: ['dda28004669126bca61190f5b8deafa70b718015d2182542e697b7c44b60e57f'],
    pictures: [],
    says: /^mean length: \d\d\.\d of the first 20, [2-5]\d\d\.\d of the last 20$/m,
  },
  dqn: {
    digests: ['93ca07f0ceee52671249373026b74d76597dfaf2dda71e17bf2b0179d397ffef'],
    pictures: [],
    says: /^mean length: \d\d\.\d of the first 20, [1-5]\d\d\.\d of the last 20$/m,
  },
  evolution: {
    digests: ['dc2d79a2842da9c5eb6bc7778ba272ef61d32768fc021f8dff170025738f7f2f'],
    pictures: [],
    says: /^the best network balances the pole from \d\d of 200 other starts$/m,
  },
  physics: {
    digests: ['3680348e6b6ee32d0b4140efea569a733ff12ea6d5e6b0e5cbfad3b48416be2a'],
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
