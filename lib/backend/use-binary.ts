/** What `lockstep-nn/native/linux-x64` and the others do: each requires one binary by its literal name, so that bundlers find it. */
import { firstLine } from '../platform/addon-reasons.js'
import { useAddon } from './addon.js'

/** @throws Error where the binary cannot be loaded, such as on another platform */
export function useBinary(platform: string, load: () => unknown): void {
  let addon: unknown
  try {
    addon = load()
  } catch (error) {
    throw new Error(
      `lockstep-nn/native/${platform} could not load its binary (${firstLine(error)}). Import the entry of the platform where ` +
        'this program runs. A bundle needs a loader for .node files; a bundle of ES modules also needs a `require`.',
      { cause: error },
    )
  }
  useAddon(addon as object | string)
}
