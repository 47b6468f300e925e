// The checks of a script: a line for each, as .ci/run counts them.

let passed = 0
let failed = 0

export function check(title, ok, detail = '') {
  if (ok) passed++
  else failed++
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${title}${detail === '' ? '' : `: ${detail}`}`)
}

export const haveFailed = () => failed > 0

/** Prints how many checks passed, and ends this program. */
export function finish() {
  console.log(`${passed} of ${passed + failed} checks passed`)
  process.exit(failed === 0 ? 0 : 1)
}
