/** Draws of the parameters that are active. */
import type { Draw, ParameterSpec, Space } from '../space/trial.js'

/** Whether a parameter is active where the parameters before it have these values. */
export const isActive = ({ condition }: ParameterSpec, draw: Draw): boolean =>
  condition === null || draw[condition.parameter] === condition.index

/** The draw in which each active parameter, in order, has the value that `value` gives for its index. */
export function drawOf({ parameters }: Space, value: (index: number) => number): Draw {
  const draw: Record<string, number> = {}
  for (let i = 0; i < parameters.length; i++) {
    const parameter = parameters[i]
    if (isActive(parameter, draw)) draw[parameter.name] = value(i)
  }
  return draw
}
