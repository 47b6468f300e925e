import binary from './binaries/linux-x64-musl.cjs'
import { useBinary } from './use-binary.js'

useBinary('linux-x64-musl', binary)
