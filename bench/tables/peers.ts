/** The peers of the bench: this library, and programs in Python, each in a process of its own. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { choosePeers as chooseFrom } from '../harness/peers.js'
import { FOLDER, INSTALL, INSTALL_REALMLP, PYTHON } from './python.js'

export interface Peer {
  readonly name: string
  readonly command: readonly [program: string, ...programArguments: string[]]
  /** The folder in which the command runs. */
  readonly folder?: string
  /** The command that installs it. */
  readonly install?: string
}

const python = (name: string, argument: string, install = INSTALL): Peer => ({
  name,
  command: [PYTHON, 'peer.py', argument],
  folder: FOLDER,
  install,
})

export const PEERS: readonly Peer[] = [
  { name: 'lockstep-nn', command: [process.execPath, fileURLToPath(new URL('library.js', import.meta.url))] },
  python('scikit-learn MLP', 'mlp'),
  python('boosted trees', 'trees'),
  python('RealMLP-TD-S', 'realmlp', INSTALL_REALMLP),
]

export const isInstalled = ({ command, install }: Peer): boolean => install === undefined || existsSync(command[0])

/** The chosen peers of this bench. */
export const choosePeers = (given: readonly string[] | undefined): Peer[] => chooseFrom(PEERS, given)

/** Results of peers in the order of the peers. */
export const inOrder = <Result extends { readonly peer: string }>(results: readonly Result[]): Result[] => {
  const place = ({ peer }: Result) => PEERS.findIndex(({ name }) => name === peer)
  return [...results].sort((a, b) => place(a) - place(b))
}
