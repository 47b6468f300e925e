import binary from './binaries/darwin-x64.cjs'
import { useBinary } from './use-binary.js'

useBinary('darwin-x64', binary)
