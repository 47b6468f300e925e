/** The error that a call throws or its promise rejects with; null if it succeeds. */
export async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    await call()
  } catch (error) {
    return error
  }
  return null
}
