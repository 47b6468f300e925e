/** Points of a circle by + - * / and Math.sqrt: Math.sin may differ between engines in its last bit. */

/** Terms of Taylor's series; the last one is below 2^-53 up to a quarter of a turn. */
const TERMS = 12

/**
 * Cosine and sine of an angle.
 * @param turns the angle in turns, at least 0
 */
export function onCircle(turns: number): [x: number, y: number] {
  const rest = turns - Math.floor(turns)
  const quarter = Math.floor(4 * rest)
  const angle = (rest - quarter / 4) * (2 * Math.PI)
  let [cosine, sine, term] = [0, 0, 1]
  for (let n = 0; n < TERMS; n++) {
    cosine += term
    term = (term * angle) / (2 * n + 1)
    sine += term
    term = (-term * angle) / (2 * n + 2)
  }
  // A quarter of a turn maps (x, y) to (-y, x).
  for (let i = 0; i < quarter; i++) [cosine, sine] = [-sine, cosine]
  return [cosine, sine]
}
