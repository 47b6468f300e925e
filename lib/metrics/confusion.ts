/** The confusion matrix: an array, which is not reported for each epoch, so that no backend computes it. */
import { actualClass, classesOf, hasNaN, predictedClass, type Scored } from '../kernels/metrics/classes.js'

/** [classes × classes], row-major: how many rows of class i were predicted as class j. */
export function confusion(scored: Scored, threshold: number): Float64Array {
  const classes = classesOf(scored)
  const counts = new Float64Array(classes * classes)
  if (hasNaN(scored.predictions)) return counts.fill(NaN)
  for (let row = 0; row < scored.rows; row++) {
    counts[actualClass(scored, row) * classes + predictedClass(scored, row, threshold)]++
  }
  return counts
}
