/** A line as in a chart, for its key. */

interface LineProps {
  /** The name of the colour in the style sheet. */
  readonly colour: string
  readonly dashes: string
}

export const Line = ({ colour, dashes }: LineProps) => (
  <svg class="line" viewBox="0 0 28 8" aria-hidden="true">
    <path d="M0 4H28" stroke={`var(${colour})`} stroke-width="3" stroke-dasharray={dashes} />
  </svg>
)
