import binary from './binaries/darwin-arm64.js'
import { useBinary } from './use-binary.js'

useBinary('darwin-arm64', binary)
