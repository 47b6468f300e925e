/** A public function that takes an object of options, with options that it accepts. */

export type Options = Record<string, unknown>

export interface OptionCall {
  /** The name of the options in errors. */
  readonly where: string
  /** New valid options, as many as can be combined. */
  options(): Options
  /** Calls with them. The result shows whether all were applied. */
  call(options: never): unknown
}
