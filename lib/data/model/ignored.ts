/** The columns that records may have without being used: those of the records of the training that are no inputs. */
import { wrongType } from '../../checks/errors.js'
import { elements } from '../../checks/validate.js'

/** `ignored`: an array of names. */
export function checkIgnored(given: unknown): readonly string[] {
  if (given === undefined) return []
  if (!Array.isArray(given)) throw wrongType('an array of names', 'ignored', given)
  return elements(given).map((name, i) => {
    if (typeof name !== 'string') throw wrongType('the name of a column', `ignored[${i}]`, name)
    return name
  })
}
