/** Errors of the system about the files of checkpoints. */
import { fileError } from '../../files/failures.js'

/**
 * An error of the system with what it means for the checkpoint. It has the `code` of the system. Errors of the library
 * are returned as they are.
 * @param action `read` or `written`
 * @param outcome a sentence about what is left
 */
export const systemError = (error: unknown, path: string, action: 'read' | 'written', outcome: string): unknown =>
  fileError(error, `checkpoint ${path}`, action, outcome)
