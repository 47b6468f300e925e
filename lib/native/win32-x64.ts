import binary from './binaries/win32-x64.js'
import { useBinary } from './use-binary.js'

useBinary('win32-x64', binary)
