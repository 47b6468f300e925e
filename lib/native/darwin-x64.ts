import binary from './binaries/darwin-x64.js'
import { useBinary } from './use-binary.js'

useBinary('darwin-x64', binary)
