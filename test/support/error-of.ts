/** What a call throws, or what its promise is rejected with; null where it succeeds. */
export async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    await call()
  } catch (error) {
    return error
  }
  return null
}
