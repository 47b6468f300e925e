/** Tests of tables: one test checks all rows, and its failure names the rows that fail. */

type Check = () => unknown

async function checkRows(rows: readonly (readonly [name: string, check: Check])[]): Promise<void> {
  const failures: { readonly name: string; readonly error: unknown }[] = []
  for (const [name, check] of rows) {
    try {
      await check()
    } catch (error) {
      failures.push({ name, error })
    }
  }
  if (failures.length === 0) return
  const texts = failures.map(({ name, error }) => `${name}: ${error instanceof Error ? error.stack : String(error)}`)
  throw new Error(`${failures.length} of ${rows.length} rows failed\n${texts.slice(0, 5).join('\n')}`)
}

/**
 * For the loops of a `describe`: `row(title, name, check)` adds a row to the test of that title, which the first row creates.
 */
export function rowTests(): (title: string, name: string, check: Check) => void {
  const tables = new Map<string, (readonly [string, Check])[]>()
  return (title, name, check) => {
    const table = tables.get(title)
    if (table !== undefined) {
      if (table.some(([other]) => other === name)) throw new Error(`Expected one row "${name}" of "${title}"`)
      table.push([name, check])
      return
    }
    const rows: (readonly [string, Check])[] = [[name, check]]
    tables.set(title, rows)
    it(title, () => checkRows(rows)).timeout(300_000)
  }
}
