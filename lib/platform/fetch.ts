/** Fetching, in the types of any platform. */

interface Response {
  readonly ok: boolean
  readonly status: number
  arrayBuffer(): Promise<ArrayBuffer>
}

/** The content of a URL. @throws Error where it cannot be fetched */
export async function fetched(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const { fetch } = globalThis as unknown as { fetch(url: string): Promise<Response> }
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} has the status ${response.status}.`)
  return new Uint8Array(await response.arrayBuffer())
}
