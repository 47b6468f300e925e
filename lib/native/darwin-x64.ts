import { useBinary } from '../backend/use-binary.js'
import binary from '../binaries/darwin-x64.js'

useBinary('darwin-x64', binary)
