/** Waiting. */

/** Resolves after some milliseconds. */
export const delay = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })

/** The result of work, or that of `late` where it takes longer. */
export async function within<Result>(
  milliseconds: number,
  work: Promise<Result>,
  late: () => Result | Promise<Result>,
): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, milliseconds, 'late')
  })
  try {
    const first = await Promise.race([work.then((result) => ({ result })), timeout])
    if (first !== 'late') return first.result
  } finally {
    clearTimeout(timer)
  }
  work.catch(() => {})
  return late()
}
