import { useBinary } from '../backend/use-binary.js'
import binary from '../binaries/linux-arm64-musl.js'

useBinary('linux-arm64-musl', binary)
