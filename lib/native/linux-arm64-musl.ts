import binary from './binaries/linux-arm64-musl.js'
import { useBinary } from './use-binary.js'

useBinary('linux-arm64-musl', binary)
