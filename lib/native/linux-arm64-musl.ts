import binary from './binaries/linux-arm64-musl.cjs'
import { useBinary } from './use-binary.js'

useBinary('linux-arm64-musl', binary)
