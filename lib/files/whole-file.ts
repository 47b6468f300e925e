/** A file that is written piece by piece, and replaces the old one only when it is complete. */
import { asyncFiles, type OpenFile } from './file-system.js'
import { type Destination, folderOf } from './path.js'
import { runSteps } from './steps.js'
import { copyAccess, openTemporary, replace, syncFolder, tolerating, writeAll } from './write-whole.js'

/** Until `commit`, the content is under a temporary name in the folder of the destination. */
export class WholeFile {
  private position = 0

  private constructor(
    private readonly destination: Destination,
    private readonly file: OpenFile,
    /** The temporary name. */
    readonly temporary: string,
  ) {}

  /** @throws Error where the folder does not exist or cannot be written to (as a rejection) */
  static async open(destination: Destination): Promise<WholeFile> {
    const { file, temporary } = await runSteps(openTemporary(asyncFiles, destination.path, destination.old))
    return new WholeFile(destination, file, temporary)
  }

  /** Appends bytes. One call at a time. */
  async write(bytes: Uint8Array): Promise<void> {
    await runSteps(writeAll(this.file, bytes, this.position))
    this.position += bytes.length
  }

  /** Replaces the old file. If this throws, the old file is unchanged. */
  async commit(): Promise<void> {
    const { destination, file, temporary } = this
    try {
      if (destination.old !== undefined) await runSteps(copyAccess(file, destination.old))
      await file.sync()
    } finally {
      await file.close()
    }
    await runSteps(replace(asyncFiles, temporary, destination.path))
    await runSteps(syncFolder(asyncFiles, folderOf(destination.path)))
  }

  /** Removes what was written; the old file is unchanged. It may follow any failure, also one of `commit`. */
  async discard(): Promise<void> {
    const { file, temporary } = this
    await runSteps(tolerating(() => file.close()))
    await runSteps(tolerating(() => asyncFiles.remove(temporary)))
  }
}
