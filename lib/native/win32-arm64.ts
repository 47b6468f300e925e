import binary from './binaries/win32-arm64.js'
import { useBinary } from './use-binary.js'

useBinary('win32-arm64', binary)
