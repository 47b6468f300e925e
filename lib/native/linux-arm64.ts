import { useBinary } from '../backend/use-binary.js'
import binary from '../binaries/linux-arm64.js'

useBinary('linux-arm64', binary)
