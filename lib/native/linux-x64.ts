import { useBinary } from '../backend/use-binary.js'
import binary from '../binaries/linux-x64.js'

useBinary('linux-x64', binary)
