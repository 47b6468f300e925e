import { useBinary } from '../backend/use-binary.js'
import binary from '../binaries/win32-arm64.js'

useBinary('win32-arm64', binary)
