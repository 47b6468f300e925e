import { useBinary } from '../backend/use-binary.js'
import binary from '../binaries/linux-x64-musl.js'

useBinary('linux-x64-musl', binary)
