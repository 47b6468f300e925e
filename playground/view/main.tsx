/** The page. */
import { render } from 'preact'
import { App } from './app.js'
import { open } from './page-state.js'
import 'uplot/dist/uPlot.min.css'
import './style.css'

render(<App />, document.getElementById('page') as HTMLElement)
addEventListener('hashchange', () => open(location.hash))
open(location.hash)
