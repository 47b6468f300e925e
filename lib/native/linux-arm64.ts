import binary from './binaries/linux-arm64.cjs'
import { useBinary } from './use-binary.js'

useBinary('linux-arm64', binary)
