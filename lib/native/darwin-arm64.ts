import { useBinary } from '../backend/use-binary.js'
import binary from '../binaries/darwin-arm64.js'

useBinary('darwin-arm64', binary)
