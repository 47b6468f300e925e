import { Controls } from './controls/controls.js'
import { Curves } from './curves/curves.js'
import { Export } from './export/export.js'
import { Lesson } from './lesson/lesson.js'
import { Network } from './network/network.js'
import { Output } from './output/output.js'
import { linkProblem, problem } from './page-state.js'
import { RunBar } from './run/run-bar.js'
import { Share } from './share/share.js'

export function App() {
  return (
    <>
      <header>
        <h1>lockstep-nn: playground</h1>
        <RunBar />
        <div class="problems" role="alert">
          {linkProblem.value !== '' && <p class="problem">{linkProblem.value}</p>}
          {problem.value !== '' && <p class="problem">{problem.value}</p>}
        </div>
      </header>
      <main>
        <div class="column">
          <Lesson />
          <Network />
          <Curves />
        </div>
        <div class="column">
          <Output />
          <Share />
          <Export />
        </div>
        <div class="column">
          <Controls />
        </div>
      </main>
    </>
  )
}
