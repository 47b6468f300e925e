/**
 * The loop over rounds. A round measures each subject once, forwards and backwards alternately, so that a drifting
 * speed of the machine favours none of them. Quotients of two times of one round compare runs under the same conditions.
 */

export interface Rounds<Subject, Result> {
  readonly rounds: number
  /** Measurements of each subject before the first round: until the JIT has compiled and the processor's clock is high. */
  readonly warmUps?: number
  measure(subject: Subject, round: number): Result | Promise<Result>
  /** Called after each round, with its results in the order of the subjects. */
  onRound?(round: number, results: readonly Result[]): void
}

/**
 * Resolves to the measurements of each subject, one element per round. A subject that is removed from the array during the run
 * is not measured in later rounds.
 */
export async function measureRounds<Subject, Result>(
  subjects: readonly Subject[],
  { rounds, warmUps = 0, measure, onRound }: Rounds<Subject, Result>,
): Promise<Map<Subject, Result[]>> {
  for (const subject of subjects) {
    for (let i = 0; i < warmUps; i++) await measure(subject, 0)
  }
  const measured = new Map<Subject, Result[]>(subjects.map((subject) => [subject, []]))
  for (let round = 0; round < rounds; round++) {
    const present = [...subjects]
    for (const subject of round % 2 === 0 ? present : present.toReversed()) {
      measured.get(subject)?.push(await measure(subject, round))
    }
    onRound?.(
      round,
      present.flatMap((subject) => measured.get(subject)!.slice(-1)),
    )
  }
  return measured
}

/**
 * The number of repetitions that take about these seconds; `secondsOf` measures a number of repetitions. A number is accepted
 * when it takes long enough twice: the first calls are slow until the JIT has compiled them.
 */
export async function repetitionsFor(
  seconds: number,
  secondsOf: (repetitions: number) => number | Promise<number>,
): Promise<number> {
  for (let repetitions = 1; ; repetitions *= 2) {
    if ((await secondsOf(repetitions)) < seconds / 2) continue
    const taken = await secondsOf(repetitions)
    if (taken >= seconds / 2) return Math.max(1, Math.round((repetitions * seconds) / taken))
  }
}
