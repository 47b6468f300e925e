import binary from './binaries/linux-x64.js'
import { useBinary } from './use-binary.js'

useBinary('linux-x64', binary)
